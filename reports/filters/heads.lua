-- Web pages: which cells of a table are the heads of a column and of a row, and which of these are words that ask for room
-- on a telephone. Quarto loses this when it works on a table's links, so there it runs last.
local short = 10 -- letters of a code or a year
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
      local head = row.cells[1]
      head.attributes.scope = "row"
      if utf8.len(pandoc.utils.stringify(head.contents)) > short then
        head.classes:insert("miv-words")
      end
    end
  end
  return tbl
end
