"""Percentages that arrive as cells with a percent format, and as fractions."""

import pandas as pd
import pytest
from test_ingest import look, register_as_workbook, told

from helpers import tables


@pytest.mark.parametrize("every", [1, 2], ids=["all", "mixed"])
def test_a_cell_with_a_percent_format_is_a_fraction_already(world, every):
    before = tables.read_table("small", "institutions")

    def percent(sheet, *columns):
        for column in columns:
            for row in range(2, sheet.max_row + 1, every):
                each = sheet.cell(row, column)
                each.value, each.number_format = round(each.value / 100, 6), "0.0%"

    register_as_workbook(percent)
    assert look("register")["verdict"] == "accepted"
    after = tables.read_table("small", "institutions")
    pd.testing.assert_frame_equal(after, before)


@pytest.mark.parametrize(("rows", "rule"), [(None, "refuse share_scale"), (1, "warn account_doubt")])
def test_shares_that_look_like_fractions_are_told(world, rows, rule):
    def divided(sheet, column, _):
        for row in range(2, 2 + (rows or sheet.max_row - 1)):
            sheet.cell(row, column).value = round(sheet.cell(row, column).value / 100, 6)

    register_as_workbook(divided)
    words = told(look("register"))
    assert f"{rule} register.xlsx, kolom ‘PERC NIET-WESTERS’, rij 2" in words
    assert "PERC BOL" not in words
