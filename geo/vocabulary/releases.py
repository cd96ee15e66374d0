"""Releases of the English Indices of Deprivation, their indices, and the LSOA vintages."""

from dataclasses import dataclass

VINTAGES = {"lsoa01": 32_482, "lsoa11": 32_844, "lsoa21": 33_755}
"""Number of English LSOAs in each vintage."""

MOST_DEPRIVED = 3
"""The last national decile that counts as most deprived: 1 to 3 are the most deprived 30%."""


@dataclass(frozen=True)
class Release:
    """One release of the English Indices of Deprivation."""

    year: int
    vintage: str
    label: str
    residents: str
    """Of which year the residents are that are published with it."""

    @property
    def lsoas(self) -> int:
        """How many LSOAs were ranked (rank 1 is the most deprived)."""
        return VINTAGES[self.vintage]


RELEASES = {
    2025: Release(2025, "lsoa21", "English Indices of Deprivation 2025", "mid-2022"),
    2019: Release(2019, "lsoa11", "English Indices of Deprivation 2019", "mid-2015"),
    2015: Release(2015, "lsoa11", "English Indices of Deprivation 2015", "mid-2012"),
    2010: Release(2010, "lsoa01", "English Indices of Deprivation 2010", "mid-2008"),
}
INDICES = {
    "imd": "Index of Multiple Deprivation",
    "income": "Income",
    "employment": "Employment",
    "education": "Education, skills and training",
    "health": "Health deprivation and disability",
    "crime": "Crime",
    "barriers": "Barriers to housing and services",
    "environment": "Living environment",
    "idaci": "Income deprivation affecting children",
    "idaopi": "Income deprivation affecting older people",
    "children_young_people": "Children and young people (education)",
    "adult_skills": "Adult skills (education)",
    "geographical_barriers": "Geographical barriers (housing and services)",
    "wider_barriers": "Wider barriers (housing and services)",
    "indoors": "Indoors (living environment)",
    "outdoors": "Outdoors (living environment)",
}
"""Short names of the indices, domains and sub-domains, with the words for readers."""
