from pathlib import Path

import pytest

from sprintbot.manifest.loader import load_sprint

HERE = Path(__file__).parent


@pytest.mark.parametrize("folder", ["design", "shared"])
def test_the_manifests_of_the_design_load_with_the_sprint_before(folder):
    sprint = load_sprint(HERE / folder / "sprint-2.yaml")
    assert [each.manifest.sprint for each in sprint.chain] == ["sprint-2", "sprint-1"]


def test_the_designs_manifest_means_what_the_design_says():
    sprint = load_sprint(HERE / "design" / "sprint-2.yaml")
    claims = {
        f"{planned.address}#{claim.field}": f"{claim.expected} ({claim.stage})"
        for planned in sprint.checks
        for claim in planned.check.claims()
    }
    expected = {
        "qdrant-ha/file#present": "present (built)",
        "qdrant-ha/file#lines": "at least 150 (built)",
        "qdrant-ha/cluster#status": "exactly 200 (deployed)",
        "qdrant-ha/cluster#values.result.status": "exactly 'enabled' (deployed)",
        "qdrant-ha/cluster#values.length(result.peers)": "exactly 3 (deployed)",
        "qdrant-ha/cluster#within": "at most 2 s (deployed)",
        "kong/file#contains": 'containing "rate-limiting" and "cors" (built)',
        "kong/http#headers.X-RateLimit-Limit-Minute": "at least 1 (deployed)",
        "unit-tests/tests#count": "at least 51 (built)",
        "scripts/files#count": "at least 5 (built)",
        "scripts/command#exit": "exactly 0 (tested)",
        "blocker:ports/port:11434#rightful": "free, or held by compose:ollama (deployed)",
    }
    assert expected.items() <= claims.items()
    assert not [address for address in claims if address.startswith("production/stated")]


def test_the_designs_manifest_has_its_addresses():
    sprint = load_sprint(HERE / "design" / "sprint-2.yaml")
    assert [planned.address for planned in sprint.checks] == [
        "qdrant-ha/file",
        "qdrant-ha/cluster",
        "kong/file",
        "kong/http",
        "unit-tests/tests",
        "scripts/files",
        "scripts/command",
        "production/http",
        "production/stated",
        "blocker:ports/port:11434",
        "blocker:ports/port:6333-6334",
        "blocker:ports/port:8000-8002",
        "blocker:raft/file",
    ]
    assert sprint.addresses.find("qdrant-ha/http:http://localhost:6333/cluster").check.id == "cluster"
