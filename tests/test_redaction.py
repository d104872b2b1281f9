import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprintbot.checks.tcp import TcpCheck
from sprintbot.claim.comparison import MISSING, Equal
from sprintbot.claim.evidence import Claim, Evidence, Finding, Outcome, Reading, Stage, Strength, Unmeasured
from sprintbot.findings import CheckResult
from sprintbot.manifest.model import Planned
from sprintbot.redaction import without_secrets, without_secrets_in

SECRET = "s3cr3t/token+1"
PLANNED = Planned(TcpCheck(tcp="localhost:1"), 1)


def result_with(text: str) -> CheckResult:
    claim = Claim(field="values.x", comparison=Equal("y"), stage=Stage.DEPLOYED)
    return CheckResult(
        planned=PLANNED,
        findings=(
            Finding(claim=claim, outcome=Outcome.FAIL, reason=text, measured={text: [text, 3, None]}, hint=text),
        ),
        evidence=Evidence(
            source=text,
            notes=(text,),
            readings={
                "values.x": Reading(value=text, strength=Strength.LIVE, reason=text),
                "values.y": Unmeasured(text),
                "values.z": Reading(value=MISSING, strength=Strength.LIVE),
            },
        ),
    )


def test_a_secret_is_masked_in_every_text_of_a_result():
    masked = without_secrets(result_with(f"<{SECRET}>"), {SECRET})
    assert masked == result_with("<***>")


def test_a_result_without_secrets_is_given_back_as_it_is():
    result = result_with("text")
    assert without_secrets(result, set()) is result


@pytest.mark.parametrize(
    ("secret", "text", "masked"),
    [
        (SECRET, "s3cr3t%2Ftoken%2B1", "***"),
        (SECRET, "s3cr3t/token%2B1", "***"),
        ('to"ken\\1', r'{"a":"to\"ken\\1"}', '{"a":"***"}'),
        ("to'ken\n1", repr("to'ken\n1"), '"***"'),
        ("pass word", "pass+word", "***"),
        ("Prod.Example.org", "no such name: prod.example.ORG", "no such name: ***"),
        ("token-1\n", "Bearer token-1", "Bearer ***"),
        ("t\udcfcken-1", "t%FCken-1", "***"),
        ("48291533", "48,291,533 is not 1", "*** is not 1"),
    ],
)
def test_a_secret_is_masked_however_it_is_quoted(secret, text, masked):
    assert without_secrets_in(text, {secret}) == masked


def test_a_short_secret_is_masked_as_a_word_and_leaves_figures_alone():
    assert without_secrets_in("112 is less than 150; user 1 of db1", {"1"}) == "112 is less than 150; user *** of db1"


def test_the_longer_of_two_secrets_is_masked_whole():
    assert without_secrets_in("abcdefgh", {"abcdef", "abcdefgh"}) == "***"


def test_what_a_cut_left_of_a_secret_is_masked_too():
    secret = "eyJhbGciOiJIUzI1NiJ9.payload.signature"
    assert without_secrets_in(f"Bearer {secret[:20]}... is not x", {secret}) == "Bearer ***... is not x"
    assert without_secrets_in(f"stderr: ...{secret[-12:]} denied", {secret}) == "stderr: ...*** denied"
    assert without_secrets_in(f"{secret[:9]}... and ...{secret[-9:]}", {secret}) == "***... and ...***"


def test_a_number_that_is_a_secret_is_masked_as_a_measured_value():
    claim = Claim(field="values.pin", comparison=Equal(1), stage=Stage.DEPLOYED)
    finding = Finding(claim=claim, outcome=Outcome.FAIL, measured={"pin": 48291533, "on": True, "n": 7})
    result = CheckResult(planned=PLANNED, findings=(finding,))
    assert without_secrets(result, {"48291533"}).findings[0].measured == {"pin": "***", "on": True, "n": 7}


@given(
    st.text(min_size=6, alphabet=st.characters(exclude_characters="*", exclude_categories=["Cs"])), st.text(), st.text()
)
def test_no_long_secret_is_left_in_any_text(secret, before, after):
    assert secret not in without_secrets_in(f"{before}{secret}{after}", {secret})
