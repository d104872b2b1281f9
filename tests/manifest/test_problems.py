from sprintbot.manifest.problems import ManifestError, Problem, did_you_mean, one_of


def test_problems_are_told_in_the_files_order():
    error = ManifestError("x.yaml", [Problem(3, 1, "c"), Problem(1, 9, "b"), Problem(1, 2, "a"), Problem(0, 0, "all")])
    assert error.message.splitlines() == ["x.yaml: all", "x.yaml:1:2: a", "x.yaml:1:9: b", "x.yaml:3:1: c"]
    assert error.exit_code == 2


def test_the_nearest_name_is_offered_where_one_is_near():
    assert did_you_mean("lins", ["lines", "words"]) == "; did you mean 'lines'?"
    assert did_you_mean("zzz", ["lines", "words"]) == ""


def test_a_long_list_of_names_is_cut():
    assert one_of(["a", "b"]) == "a, b"
    assert one_of(map(str, range(10)), 3) == "0, 1, 2 and 7 more"
