"""Files of a report, against what the libraries beneath write on their own."""

import io
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG

import geo
from geo.views.rug.long_table import write_long_table
from geo.views.rug.workbook import gptables
from geo.views.style.export import save_figure
from geo.views.style.page import style


def seconds(work):
    """Processor time, best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def test_long_table_is_written_faster_than_by_gptables(benchmark):
    random = np.random.default_rng(1)
    cells = {f"text_{at}": random.choice(["Crewe", "Congleton", "[c]"], 2000) for at in range(12)}
    cells |= {f"number_{at}": random.random(2000) for at in range(8)}
    page = gptables.GPTable(
        table=pd.DataFrame(cells).astype(object), table_name="data", title="Every cell",
        instructions="One row is one cell.", source="Made up", index_columns={},
    )  # fmt: skip

    def written(write):
        book = gptables.GPWorkbook(io.BytesIO(), {"in_memory": True})
        write(book, book.add_worksheet("Data"))
        book.close()

    def obvious(_, sheet):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            sheet.write_gptable(page, True)

    def ours(book, sheet):
        write_long_table(book, sheet, page)

    ratio = seconds(lambda: written(obvious)) / seconds(lambda: written(ours))
    benchmark.extra_info["times faster than gptables"] = round(ratio, 2)
    benchmark.pedantic(lambda: written(ours), rounds=1)
    assert ratio > 1.5


@pytest.fixture(scope="module")
def figure():
    borough = geo.sample()
    return geo.choropleth(borough.areas.merge(borough.deprivation, on="lsoa21cd"))


def test_figure_is_a_third_of_the_size_in_no_more_time(benchmark, figure, tmp_path):
    def ours():
        return save_figure(figure, tmp_path, "ours")

    def obvious():
        with style():
            FigureCanvasAgg(figure).print_figure(tmp_path / "obvious.png", dpi=300)
            FigureCanvasSVG(figure).print_figure(tmp_path / "obvious.svg")
            FigureCanvasPdf(figure).print_figure(tmp_path / "obvious.pdf")

    obvious()
    sizes = {path.suffix: path.stat().st_size for path in ours()}
    for kind, least in ((".png", 2), (".svg", 2), (".pdf", 1.3)):
        smaller = (tmp_path / f"obvious{kind}").stat().st_size / sizes[kind]
        benchmark.extra_info[f"times smaller, {kind}"] = round(smaller, 2)
        assert smaller > least
    ratio = seconds(obvious) / seconds(ours)
    benchmark.extra_info["times faster than matplotlib"] = round(ratio, 2)
    benchmark.pedantic(ours, rounds=1)
    assert ratio > 0.8
