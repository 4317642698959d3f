import plotly.graph_objects as go

from core.figures.marks import codes, pick_out


def two_traces() -> go.Figure:
    return go.Figure([go.Scatter(x=[1, 2, 3], y=[1, 2, 3], ids=["a", "b", "c"]), go.Scatter(x=[1], y=[1])])


def test_only_traces_that_name_patients_have_codes() -> None:
    assert codes(two_traces()) == [["a", "b", "c"], []]


def test_the_chosen_stand_out_and_the_others_fade() -> None:
    figure = pick_out(two_traces(), ["c", "a", "elsewhere"])
    assert figure.data[0].selectedpoints == (0, 2)
    assert figure.data[0].unselected.marker.opacity < 0.3
    assert figure.data[1].selectedpoints is None


def test_nobody_chosen_changes_nothing() -> None:
    assert pick_out(two_traces(), []) == two_traces()
