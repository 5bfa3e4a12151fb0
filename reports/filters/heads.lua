-- Web pages: which cells of a table are the heads of a column and of a row. Quarto loses this when it works on a table's
-- links, so there it runs last.
if not FORMAT:match("html") then
  return {}
end

function Table(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.attributes.scope = "col"
    end
  end
  for _, body in ipairs(tbl.bodies) do
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do
      row.cells[1].attributes.scope = "row"
    end
  end
  return tbl
end
