-- For PDF, in both renderers: a table has the page's width. Where its columns leave room, that goes to the first with
-- words; where they need more, each gets its longest word and a part of what is left by what it holds.
if not FORMAT:match("typst") then
  return {}
end

local page = 88 -- digits of a table's letters on a line
local between = 1.7 -- space around a cell, in characters
local longest = 120 -- a text longer than this takes many lines anyway
local figure = 16 -- a right-aligned text up to this length is a figure or an interval: it stays on one line
local bold = 1.22 -- a character of a heading, in characters

local function measure(tbl)
  local full, word = {}, {}
  local function look(rows, factor)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        local text = pandoc.utils.stringify(cell.contents)
        local length = utf8.len(text) or #text
        full[i] = math.max(full[i] or 0, factor * length)
        if factor == 1 and tbl.colspecs[i][1] == "AlignRight" and length <= figure then
          word[i] = math.max(word[i] or 0, length + 1)
        end
        for part in text:gsub("_", "_ "):gmatch("%S+") do
          word[i] = math.max(word[i] or 0, factor * (utf8.len(part) or #part))
        end
      end
    end
  end
  look(tbl.head.rows, bold)
  for _, body in ipairs(tbl.bodies) do
    look(body.body, 1)
  end
  return full, word
end

local function sum(list)
  local total = 0
  for _, value in ipairs(list) do
    total = total + value
  end
  return total
end

local function columns_for(tbl)
  local full, word = measure(tbl)
  local room = page - between * #full
  local widths, needs = {}, {}
  if sum(full) <= room then
    local wide = 1
    for i = #full, 1, -1 do
      widths[i] = "auto"
      wide = tbl.colspecs[i][1] ~= "AlignRight" and i or wide
    end
    widths[wide] = "1fr"
    return table.concat(widths, ", ")
  end
  for i in ipairs(full) do
    word[i] = word[i] or 1
    needs[i] = math.max(0, math.min(full[i], longest) - word[i])
  end
  local left = math.max(0, room - sum(word))
  for i in ipairs(full) do
    local more = sum(needs) > 0 and left * needs[i] / sum(needs) or 0
    widths[i] = string.format("%.2ffr", word[i] + more + between)
  end
  return table.concat(widths, ", ")
end

function Table(tbl)
  if #tbl.colspecs < 2 then
    return nil
  end
  local columns = columns_for(tbl)
  tbl = tbl:walk({ Str = function(str) str.text = str.text:gsub("_", "_\u{200B}") return str end })
  tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end)
  local text = pandoc.write(pandoc.Pandoc({ tbl }), "typst")
  return pandoc.RawBlock("typst", (text:gsub("columns: %d+,", "columns: (" .. columns .. "),", 1)))
end
