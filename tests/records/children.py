"""Invented extracts of children's services, laid out as the public guidance has them.

Columns of Annex A: Ofsted, Child-level data: additional guidance and template for Annex A. Elements
of the Children in Need census and columns of SSDA903: Department for Education, guides to the
collections. Children, dates and homes are drawn at random with a seed.
"""

import datetime as dt
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

DIRECTORY = pd.DataFrame(
    {
        "pcds": ["CW1 1AA", "CW1 1AB", "CW1 1AC", "CW1 1AD"],
        "doterm": ["", "", "", "202001"],
        "lsoa21cd": ["E01000001", "E01000001", "E01000002", "E01000003"],
    }
)
START = dt.date(2023, 4, 1)
END = dt.date(2024, 3, 31)
ID = "Zz9"
PERSON = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
LISTS = {
    "List_1": ("contacts", ["Date of Contact"], ["Contact Source"]),
    "List_2": (
        "early_help",
        ["Assessment start date", "Assessment completion date"],
        ["Organisation Completing Assessment"],
    ),
    "List_3": ("referrals", ["Date of referral"], ["Referral Source", "Referral NFA?"]),
    "List_4": (
        "assessments",
        ["Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"],
        ["Does the Child have a Disability"],
    ),
    "List_5": (
        "section47",
        ["Strategy discussion initiating Section 47 Enquiry Start Date"],
        ["Date of Initial Child Protection Conference"],
    ),
    "List_6": ("needs", ["CIN Start Date", "CIN Closure Date"], ["Primary Need Code"]),
    "List_7": (
        "plans",
        ["Child Protection Plan Start Date", "Child Protection Plan End Date"],
        ["Initial Category of Abuse"],
    ),
    "List_8": (
        "looked_after",
        ["Date Started to be Looked After", "Date Ceased to be Looked After"],
        ["Child's Category of Need"],
    ),
}
"""Sheets of Annex A: what each lists, its dates, and columns that are not looked at."""


@dataclass
class Children:
    """Children, their homes, and what happened: a table of ``id``, ``start``, ``end`` by kind."""

    people: pd.DataFrame
    homes: pd.DataFrame
    events: dict[str, pd.DataFrame]


def children(seed=0, n=40):
    """Draw children, with one or two homes each, and up to three events of each kind."""
    random = np.random.default_rng(seed)
    ids = [f"{ID}{number:04d}" for number in range(n)]

    def day(first=START, last=END):
        return first + dt.timedelta(days=int(random.integers((last - first).days + 1)))

    people = pd.DataFrame(
        {
            "id": ids,
            "sex": random.choice([1, 2], n),
            "born": [day(dt.date(2008, 1, 1), dt.date(2022, 1, 1)) for _ in ids],
        }
    )
    homes = []
    for who in ids:
        moved = day()
        one, two = random.choice(DIRECTORY["pcds"], 2, replace=False)
        moves = random.random() < 0.4
        until = moved - dt.timedelta(days=1) if moves else None
        homes.append((who, one, dt.date(2015, 1, 1), until))
        if moves:
            homes.append((who, two, moved, None))
    events = {}
    for kind, *_ in LISTS.values():
        rows = []
        for who in ids:
            for _ in range(int(random.integers(0, 4))):
                begun = day()
                over = begun + dt.timedelta(days=int(random.integers(5, 200)))
                rows.append((who, begun, over if over <= END else None))
        rows += [(ids[0], END - dt.timedelta(days=2), None)]  # so that dates reach the end
        events[kind] = pd.DataFrame(rows, columns=["id", "start", "end"])
    return Children(people, pd.DataFrame(homes, columns=["id", "home", "from", "to"]), events)


def annex_a(path, made, *, lists=LISTS, titles=None, **renamed):
    """Write Annex A as a workbook: a note, then a sheet a list, with real dates in its cells."""
    people = made.people.set_index("id")
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"Notes": ["Invented"]}).to_excel(book, sheet_name="Notes", index=False)
        for sheet, (kind, dates, others) in lists.items():
            rows = made.events[kind]
            of = people.loc[rows["id"]]
            table = pd.DataFrame(
                {
                    "Child Unique ID": rows["id"],
                    "Gender": of["sex"].map({1: "a) Male", 2: "b) Female"}).str[3:].to_numpy(),
                    "Ethnicity": "a) WBRI",
                    "Date of Birth": of["born"].to_numpy(),
                    "Age of Child (Years)": 9,
                    **dict(zip(dates, [rows["start"], rows["end"]], strict=False)),
                    **dict.fromkeys(others, "x"),
                }
            ).rename(columns=renamed)
            table.to_excel(book, sheet_name=(titles or {}).get(sheet, sheet), index=False)


def homes(path, made):
    """Write the table of homes."""
    names = {"id": "Child Unique ID", "home": "Postcode", "from": "From", "to": "To"}
    made.homes.rename(columns=names).to_csv(path, index=False)


def census(path, made):
    """Write the Children in Need census: needs in children, and what belongs to each in it."""
    needs, parts = made.events["needs"], []
    for child in made.people.itertuples():
        own = needs[needs["id"].eq(child.id)].sort_values("start")
        if own.empty:
            continue
        inside = []
        for number, need in enumerate(own.itertuples()):
            one = _tag("CINreferralDate", need.start) + _tag("PrimaryNeedCode", "N1")
            one += _tag("CINclosureDate", need.end) + _tag("ReferralNFA", number % 2)
            plans = made.events["plans"][made.events["plans"]["id"].eq(child.id)]
            for plan in plans.itertuples() if number == 0 else ():
                dates = _tag("CPPstartDate", plan.start) + _tag("CPPendDate", plan.end)
                one += f"<ChildProtectionPlans>{dates}</ChildProtectionPlans>"
            inside.append(f"<CINdetails>{one}</CINdetails>")
        who = _tag("LAchildID", child.id) + _tag("PersonBirthDate", child.born)
        who += _tag("GenderCurrent", child.sex)
        parts.append(f"<Child><ChildIdentifiers>{who}</ChildIdentifiers>{''.join(inside)}</Child>")
    header = f"<Header><CollectionDetails>{_tag('ReferenceDate', END)}</CollectionDetails></Header>"
    path.write_text(f"<Message>{header}<Children>{''.join(parts)}</Children></Message>", "utf-8")


def _tag(name, value):
    return "" if value is None or value is pd.NaT else f"<{name}>{escape(str(value))}</{name}>"


def ssda903(folder, made, *, header=True):
    """Write the header and the episodes of SSDA903, with the day first."""
    people, rows = made.people.set_index("id"), made.events["looked_after"]

    def shown(days):
        return [f"{day:%d/%m/%Y}" if day is not None and day is not pd.NaT else "" for day in days]

    if header:
        columns = {"CHILD": people.index, "SEX": people["sex"], "DOB": shown(people["born"])}
        columns |= {"ETHNIC": "WBRI", "UPN": "", "MOTHER": "", "MC_DOB": ""}
        pd.DataFrame(columns).to_csv(folder / "header.csv", index=False)
    first = made.homes.drop_duplicates("id").set_index("id")["home"]
    episodes = {"CHILD": rows["id"], "DECOM": shown(rows["start"]), "RNE": "S"}
    episodes |= {"LS": np.where(np.arange(len(rows)) % 5, "C2", "V4"), "CIN": "N1", "PLACE": "U4"}
    episodes |= {"DEC": shown(rows["end"]), "REC": "", "HOME_POST": rows["id"].map(first)}
    pd.DataFrame(episodes | {"PL_POST": "ZZ9 9ZZ"}).to_csv(folder / "episodes.csv", index=False)


def school(folder, made):
    """Write a list of pupils and their attendance, a row a week."""
    first = made.homes.drop_duplicates("id").set_index("id")["home"]
    pupils = made.people.assign(home=made.people["id"].map(first))
    names = {"id": "UPN", "sex": "Sex", "born": "DateOfBirth", "home": "Postcode"}
    pupils.rename(columns=names).to_csv(folder / "pupils.csv", index=False)
    weeks = [START + dt.timedelta(days=7 * n) for n in range(3)]
    rows = [(who, week, 10, n % 4) for n, who in enumerate(pupils["id"]) for week in weeks]
    columns = ["UPN", "Week commencing", "Sessions_possible", "Sessions_missed"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "attendance.csv", index=False)


def home_of(made, who, day):
    """Tell the LSOA of a child on a day, in plain Python."""
    lsoa = dict(zip(DIRECTORY["pcds"], DIRECTORY["lsoa21cd"], strict=True))
    rows = made.homes[made.homes["id"].eq(who) & made.homes["from"].le(day)]
    return lsoa[rows.sort_values("from")["home"].iloc[-1]]
