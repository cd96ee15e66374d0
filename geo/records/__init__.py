"""From records to indicators: person-level tables in, figures of areas out.

A specification in TOML beside the files says what is counted (``specification``). It becomes SQL
(``plan``, ``prepared``) that DuckDB runs out of core (``engine``) over the tables (``tables``),
each with what it takes from others (``joined``), and each record in its area (``areas``). What
comes out of DuckDB is sums of groups of records; ``indicators`` makes of them the tidy table, and
``quality`` tells what is not in it and why. For extracts of children's services (``extracts``) a
specification to start from is written (``starting``).
No key of a person, postcode or date of a record goes into an output or a message.
"""
