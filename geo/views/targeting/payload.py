"""What Python writes into the page of targeting and its scripts read, field by field.

`assets/payload.d.ts` says the same to the scripts; a test writes it from these and compares.
"""

from typing import TypedDict


class Measure(TypedDict):
    """A need that puts areas in order: each area's position from the least need, among how many.

    Positions are null where the need is not shown. `drawn` is what they may be as well, draw after
    draw of the areas that have one: twice the position as two bytes, the low one first, in base64;
    empty where the need has no sampling error.
    """

    id: str
    name: str
    position: list[float | None]
    among: int
    drawn: str


class People(TypedDict):
    """Whom serving an area reaches, and of whom these are a part (null where not known)."""

    words: str
    count: list[int]
    base: list[int] | None


class Share(TypedDict):
    """A count of every group, by which a budget can be shared."""

    words: str
    need: list[int]


class Setting(TypedDict):
    """What a reader chooses: numbers of people and of shares, weights as shares of their sum.

    Money is in pounds.
    """

    top: int
    weights: list[int]
    people: int
    share: int
    budget: float
    floor: float
    cap: float | None


class Site(TypedDict):
    """A site, in metres of the British National Grid."""

    name: str
    easting: float
    northing: float


class SitesData(TypedDict):
    """Sites chosen and today's, and the people of each area, who are counted at one point of it.

    `within` is in metres; `frame` is the west and north edge of the map, how many of its units are
    a metre, and its width and height in units.
    """

    chosen: list[Site]
    today: list[Site]
    easting: list[float]
    northing: list[float]
    count: list[int]
    words: str
    within: float
    frame: list[float]


class TargetingData(TypedDict):
    """Areas in the order of the data, with the number of their group; `residents` are of groups."""

    codes: list[str]
    names: list[str]
    group: list[int]
    decile: list[int | None]
    groups: list[str]
    area_words: list[str]
    group_words: list[str]
    measures: list[Measure]
    people: list[People]
    shares: list[Share]
    residents: list[int] | None
    noise: list[list[float]]
    weights_as_of: float
    firm: float
    setting: Setting
    sites: SitesData | None
