import asyncio
import os
import subprocess
import sys
import time

import psutil
import pytest

from sprintbot.checks.command import Argv, CommandCheck
from sprintbot.checks.fields import Duration
from sprintbot.checks.programs import MAX_OUTPUT, MAX_TOLD, inherited
from sprintbot.checks.site import Ground, Site
from sprintbot.claim.evidence import Blocked, Evidence, Finding, Outcome, Refuted, Stage, Strength
from sprintbot.claim.expectation import Containing, Exactly
from sprintbot.claim.judgement import judge
from sprintbot.repository.snapshot import open_snapshot

PATH = {"PATH": os.environ["PATH"]}


@pytest.fixture
def site(git_repo):
    git_repo.write("scripts/good.sh", "#!/bin/sh\necho out\n")
    git_repo.commit()
    with open_snapshot(git_repo.path) as tree:
        yield Site(Ground(tree, worktree=git_repo.path, environ=PATH, clock=time.monotonic))


def command(raw, **claims) -> CommandCheck:
    kinds = {"exit": Exactly, "stdout": Containing, "timeout": Duration}
    return CommandCheck(
        command=Argv.parse(raw), **{field: kinds[field].parse(value) for field, value in claims.items()}
    )


def run(check: CommandCheck, site: Site) -> tuple[Evidence, dict[str, Finding]]:
    evidence = asyncio.run(asyncio.wait_for(check.measure(site), check.timeout_seconds))
    return evidence, {claim.field: judge(claim, evidence) for claim in check.claims()}


def python(script: str, **claims) -> CommandCheck:
    return command([sys.executable, "-c", script], **claims)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("bash -n scripts/x.sh", ("bash", "-n", "scripts/x.sh")),
        ("  grep 'a | b' \"c > d\" e\\&f ", ("grep", "a | b", "c > d", "e&f")),
        ("bash -c 'cd x && make; echo $HOME *'", ("bash", "-c", "cd x && make; echo $HOME *")),
        (["grep", "a | b", ""], ("grep", "a | b", "")),
        ("env NAME=value make --jobs=2", ("env", "NAME=value", "make", "--jobs=2")),
    ],
)
def test_a_command_is_split_as_a_shell_would(raw, words):
    assert Argv.parse(raw).words == words


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("cat x | wc -l", r"has \| in it, and no shell runs"),
        ("make && make test", "has && in it"),
        ("make || true", r"has \|\| in it"),
        ("make > log", "has > in it"),
        ("make 2>&1", "has > in it"),
        ("make; make test", "has ; in it"),
        ("make&", "has & in it"),
        ("echo $(date)", r"has \$\( in it"),
        ("echo `date`", "has ` in it"),
        ("echo $HOME", r"has \$HOME in it"),
        ("echo ${TOKEN}", r"has \$\{TOKEN\} in it"),
        ("bash -n scripts/*.sh", r"has \* in it"),
        ("make\nmake test", "has a line break in it"),
        ("NAME=value make", "write: env NAME=value make"),
        ("echo 'open", "no closing quotation"),
        ("", "empty command"),
        ("   ", "empty command"),
        ("''", "empty command"),
        ([], "empty command"),
        (["echo", 3], "3 is no word"),
        (["echo", "a\0b"], "no word of a command"),
        (True, "true where a command"),
        ({"run": "x"}, "a mapping where a command"),
        (None, "null where a command"),
    ],
)
def test_what_needs_a_shell_or_is_no_command_is_refused(raw, told):
    with pytest.raises(ValueError, match=told):
        Argv.parse(raw)


def test_exit_0_is_implied_and_proves_the_stage_tested():
    [claim] = command("true").claims()
    assert (claim.field, claim.expected, claim.stage) == ("exit", "exit 0", Stage.TESTED)


def test_the_target_is_the_command_as_written():
    assert command(" echo  'a  b' ").target == "echo  'a  b'"
    assert command(["echo", "a  b"]).target == "echo 'a  b'"


def test_a_command_that_exits_0_holds(site):
    evidence, found = run(command("sh scripts/good.sh", stdout=["out", "/^o/"]), site)
    assert [found[field].outcome for field in ("exit", "stdout")] == [Outcome.PASS, Outcome.PASS]
    assert (found["exit"].measured, found["exit"].strength) == (0, Strength.EXECUTED)
    assert (evidence.source, evidence.notes) == ("command: sh scripts/good.sh", ())


def test_another_exit_code_fails_and_the_end_of_stderr_is_noted(site):
    script = "import sys; print('x' * 9000, 'the last words', file=sys.stderr); sys.exit(2)"
    evidence, found = run(python(script), site)
    assert (found["exit"].outcome, found["exit"].reason, found["exit"].measured) == (Outcome.FAIL, "2 is not 0", 2)
    [note] = evidence.notes
    assert note.startswith("stderr: ...x")
    assert note.endswith("the last words")
    assert len(note) <= MAX_TOLD + len("stderr: ...")


def test_stderr_of_a_command_that_holds_is_not_noted(site):
    evidence, _ = run(python("import sys; print('warning', file=sys.stderr)"), site)
    assert evidence.notes == ()


def test_a_wished_exit_code_holds(site):
    _, found = run(python("raise SystemExit(3)", exit=3), site)
    assert found["exit"].outcome is Outcome.PASS


def test_a_signal_that_ended_it_is_named(site):
    _, found = run(python("import os; os.kill(os.getpid(), 9)"), site)
    assert (found["exit"].outcome, found["exit"].reason) == (Outcome.FAIL, "ended by the signal SIGKILL")


def test_output_without_the_text_fails(site):
    _, found = run(command("echo other", stdout="out of reach"), site)
    assert (found["stdout"].outcome, found["stdout"].reason) == (Outcome.FAIL, 'does not contain "out of reach"')


def test_a_text_that_may_be_in_output_that_was_not_kept_is_blocked(site):
    script = f"print('first', 'x' * {MAX_OUTPUT}, 'last')"
    evidence, found = run(python(script, stdout="last"), site)
    assert found["stdout"].outcome is Outcome.BLOCKED
    assert evidence.notes == ("a part of the output was not kept",)
    assert run(python(script, stdout="first"), site)[1]["stdout"].outcome is Outcome.PASS


def test_it_runs_at_the_root_of_the_manifest(site, git_repo):
    site.ground.root = "scripts"
    _, found = run(python("import os; print(os.getcwd())", stdout=str(git_repo.path.resolve() / "scripts")), site)
    assert found["stdout"].outcome is Outcome.PASS


def test_our_own_tokens_are_not_handed_on(site):
    site.ground.environ = {**PATH, "SLACK_BOT_TOKEN": "xoxb-1", "SPRINTBOT_DATABASE": "x", "KEPT": "yes"}
    script = "import os; print(sorted({'SLACK_BOT_TOKEN', 'SPRINTBOT_DATABASE', 'KEPT'} & set(os.environ)))"
    _, found = run(python(script, stdout="['KEPT']"), site)
    assert found["stdout"].outcome is Outcome.PASS
    assert "SLACK_BOT_TOKEN" in site.ground.environ
    assert inherited({"SLACKEN": "1"}) == {"SLACKEN": "1"}


def test_a_work_tree_that_differs_is_noted(site, git_repo):
    git_repo.write("scripts/good.sh", "#!/bin/sh\nexit 0\n")
    evidence, _ = run(command("sh scripts/good.sh"), site)
    assert evidence.notes == ("ran in the work tree, which differs from the commit",)


def blocked(raw, site: Site) -> Blocked:
    with pytest.raises(Blocked) as caught:
        run(command(raw), site)
    return caught.value


def test_a_program_that_is_not_installed_blocks(site):
    found = blocked("no-such-program-here --version", site)
    assert found.reason == "no-such-program-here is not installed"
    assert blocked("/no/such/program", site).reason == "/no/such/program is not installed"


def test_a_script_of_the_work_tree_that_is_not_there_is_an_absence(site):
    with pytest.raises(Refuted) as caught:
        run(command("scripts/absent.sh"), site)
    assert (caught.value.reason, caught.value.absence) == ("there is no scripts/absent.sh in the work tree", True)


def test_a_script_that_is_not_executable_blocks(site):
    assert "scripts/good.sh is not executable" in blocked("scripts/good.sh", site).reason


def executable(git_repo, name: str, content: str) -> None:
    git_repo.write(name, content).chmod(0o755)


def test_a_script_whose_interpreter_is_missing_blocks(site, git_repo):
    executable(git_repo, "scripts/odd.sh", "#!/no/such/interpreter\n")
    assert "interpreter that scripts/odd.sh names" in blocked("scripts/odd.sh", site).reason


def test_a_script_without_a_first_line_blocks(site, git_repo):
    executable(git_repo, "scripts/bare.sh", "echo out\n")
    assert "no program that this machine can run" in blocked("scripts/bare.sh", site).reason


def test_a_root_that_is_not_on_disk_blocks(site):
    site.ground.root = "absent"
    assert blocked("true", site).reason == "the folder absent is not in the work tree or may not be entered"


def test_a_bare_repository_blocks(site):
    site.ground.worktree = None
    assert "no work tree" in blocked("true", site).reason


def test_a_deadline_ends_the_command(site, tmp_path):
    pid = tmp_path / "pid"
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        run(command(["sh", "-c", f"echo $$ > '{pid}'; exec sleep 600"], timeout="2s"), site)
    assert time.monotonic() - started < 30
    assert not psutil.pid_exists(int(pid.read_text()))
    assert site.current_phase == "run"


def test_the_kind_imports_no_asyncio_before_it_runs():
    script = "import sys, sprintbot.checks.command; print(sorted({'asyncio', 'psutil', 'ssl'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "[]\n", done.stderr
