"""What people open the map for, done by script in few steps and compared with tables."""

import re

import pandas as pd
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_STEPS = 5
GROUP = "Harnwick North"
NEED = "children in need"


class Reader:
    """Somebody before the page, each of whose steps is counted."""

    def __init__(self, page):
        self.page = page
        self.steps = 0

    def begins(self):
        """Open the page anew, with nothing chosen."""
        self.page.goto(self.page.url.split("#")[0])
        self.page.reload()
        self.page.wait_for_selector(".geo[data-ready=all]")
        self.steps = 0

    def step(self, act, *given, **options):
        self.steps += 1
        assert self.steps <= MOST_STEPS
        return act(*given, **options)

    def searches(self, words):
        self.step(self.page.fill, "#geo-search", words)

    def presses(self, key):
        self.step(self.page.keyboard.press, key)

    def opens(self, section):
        self.step(self.page.locator("summary", has_text=section).click)

    def chooses(self, field, label):
        self.step(self.page.select_option, field, label=label)

    def clicks(self, selector):
        self.step(self.page.click, selector)


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def reader(chromium, sampled_pages, request):
    """A reader of the sample's map, without a network, on a screen of the test's size."""
    viewport = request.param
    context = chromium.new_context(
        offline=True, reduced_motion="reduce", viewport=viewport, has_touch=viewport is NARROW
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((sampled_pages.out / "map.html").as_uri())
    page.wait_for_selector(".geo[data-ready=all]")
    yield Reader(page)
    context.close()


@pytest.fixture
def lsoas(sampled_pages):
    return pd.read_csv(sampled_pages.out / "tables/lsoas.csv")


@pytest.fixture
def cells(sampled_pages, lsoas):
    """Cells of LSOAs in the Tartan Rug's table, with the group that each is in."""
    table = pd.read_csv(sampled_pages.out / "tartan-rug.csv", low_memory=False)
    table = table[table["area_type"].eq("lsoa21") & table["latest"]]
    return table.merge(lsoas[["lsoa21cd", "collaborative"]], left_on="area_code",
                       right_on="lsoa21cd", validate="many_to_one")  # fmt: skip


def test_somebody_finds_the_neighbourhood_of_their_street(reader, lsoas):
    """By name or code at once; by ward or town a list or a nearer map, and a click there."""
    page = reader.page
    home = lsoas.iloc[100]
    for words in (home["local_name"], home["lsoa21cd"].lower()):
        reader.begins()
        reader.searches(words)
        reader.presses("Enter")
        assert_card_is_of(home, page)

    reader.begins()
    reader.searches(home["wd24nm"])
    reader.presses("Enter")
    names = page.locator("#geo-rows button").all_text_contents()
    of_ward = lsoas[lsoas["wd24nm"].eq(home["wd24nm"])].set_index("local_name", drop=False)
    assert sorted(names) == sorted(of_ward.index)
    reader.clicks("#geo-rows button >> nth=0")
    assert_card_is_of(of_ward.loc[names[0]], page)

    reader.begins()
    town = page.locator("#geo-towns button").first.text_content()
    reader.searches(town)
    reader.presses("Enter")
    assert page.text_content("#geo-status") == f"The map shows {town}"
    frame = page.locator("#map_geo").bounding_box()
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    reader.step(page.mouse.click, *middle)
    found = page.inner_text(".card h3")
    assert found.startswith(town)
    assert_card_is_of(lsoas.set_index("local_name", drop=False).loc[found], page)


def assert_card_is_of(lsoa, page):
    card = page.inner_text(".card")
    told = [lsoa["local_name"], lsoa["lsoa21cd"], lsoa["wd24nm"], f"decile {lsoa['imd_decile']} –"]
    assert [words for words in told if words not in card] == []


def test_a_lead_sees_which_of_their_areas_has_most_children_in_need(reader, cells):
    page = reader.page
    reader.chooses("#geo-where", GROUP)
    reader.opens("Layers")
    reader.chooses("#geo-heat", f"{NEED.capitalize()} (circles)")
    own = cells[cells["indicator_id"].eq("children_in_need") & cells["collaborative"].eq(GROUP)]
    own = own.set_index("area")["count"]
    known, unknown = own.dropna().astype(int), int(own.isna().sum())
    ranked = known.sort_values(ascending=False)
    assert ranked.iloc[0] > ranked.iloc[1]
    first = page.locator("#geo-rows tr").first
    assert first.locator("button").text_content() == ranked.index[0]
    assert first.locator("td").first.text_content() == str(ranked.iloc[0])
    assert page.text_content("#geo-caption") == f"Areas in {GROUP}, most {NEED} first"
    heading = page.inner_text("h1")
    least = "at least " if unknown else ""
    assert heading.startswith(f"{GROUP}: {least}{known.sum()} {NEED}, ")
    assert re.search(
        rf"; most in {re.escape(ranked.index[0])}( \(.+\))?: {ranked.iloc[0]}$", heading
    )


def test_a_writer_copies_a_true_sentence_with_its_source(reader, cells):
    page = reader.page
    reader.chooses("#geo-show", "Children in need")
    reader.chooses("#geo-where", GROUP)
    reader.opens("Save, print or share")
    reader.clicks("#geo-quote")
    page.locator("#geo-sentence-copied", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    own = cells[cells["indicator_id"].eq("children_in_need") & cells["collaborative"].eq(GROUP)]
    judged = own[own["comparison"].isin(["worse", "similar", "better"])]
    worse = int(judged["comparison"].eq("worse").sum())
    which = "" if len(judged) == len(own) else " that can be compared"
    verb = "is" if worse == 1 else "are"
    told = f"{worse} of {len(judged)} areas{which} {verb} worse than England"
    assert copied.startswith(f"Children in need, {GROUP}: {told}. ")
    assert f"Source: {own['source'].iat[0].rstrip('.')}." in copied
    assert "Synthetic data: an invented borough." in copied
