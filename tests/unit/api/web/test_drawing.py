"""Small lines and bands: within their box, broken where nothing is known, cut where an interval is wider."""

from api.web import drawing


def places(points: str) -> list[tuple[float, float]]:
    return [tuple(map(float, point.split(","))) for point in points.split()]  # type: ignore[misc]


def test_a_small_line_ends_in_its_newest_value_and_breaks_where_there_is_none() -> None:
    drawn = drawing.spark([1, 2, None, 3, 4])
    assert len(drawn.runs) == 2
    assert drawn.last == places(drawn.runs[1])[-1]
    assert [y for _, y in places(drawn.runs[1])] == sorted(
        (y for _, y in places(drawn.runs[1])), reverse=True
    )
    assert drawing.spark([None, 5]).last is None, "one value is no way"
    assert drawing.spark([3, 3]).last == (drawing.SPARK_WIDTH - 4, drawing.SPARK_HEIGHT / 2)


def test_an_interval_is_drawn_around_its_line_and_cut_at_the_edge() -> None:
    drawn = drawing.spark([0.5, 0.6, 0.7], [(0.45, 0.55), (0.0, 1.0), (0.6, 0.8)])
    (band,) = drawn.bands
    edge = places(band)
    assert len(edge) == 6
    assert all(0 <= y <= drawing.SPARK_HEIGHT for _, y in edge)
    line = places(drawn.runs[0])
    above, below = edge[:3], edge[:2:-1]
    for (x, y), (upper_x, upper), (lower_x, lower) in zip(line, above, below, strict=True):
        assert x == upper_x == lower_x
        assert upper < y < lower


def test_a_chart_has_a_band_where_neighbours_have_intervals_and_no_wider_than_itself() -> None:
    bounds = [(1.0, 3.0), (1.0, 900.0), (None, None), (2.0, 4.0)]
    chart = drawing.lines(["a", "b", "c", "d"], [2, 2, None, 3], [1, 1, 1, 1], bounds)
    (band,) = chart.lines[1].bands
    assert len(places(band)) == 4
    assert all(0 <= y <= chart.bottom for _, y in places(band))
    assert chart.lines[0].bands == ()
    assert [value.label for value in chart.values] == ["2", "2", "3"]


def test_a_share_stands_on_its_bar_with_its_interval() -> None:
    assert drawing.held(0.76, 0.7, 0.81) == drawing.Held(76.0, 70.0, 81.0)
