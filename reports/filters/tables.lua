-- For PDF, in both renderers: a table has the page's width. Where its columns leave room, that goes to the first with
-- words; where they need more, each gets its longest word and a part of what is left by what it holds.
if not FORMAT:match("typst") then
  return {}
end

local page = 88 -- digits of a table's letters on a line
local between = 1.7 -- space around a cell, in digits
local longest = 120 -- a text longer than this takes many lines anyway
local figure = 16 -- a right-aligned text up to this length is a figure or an interval: it stays on one line
local bold = 1.15 -- a letter of a heading, in digits
local broken = 11 -- in a table that is too tight, words longer than this are broken

local function length_of(text)
  return utf8.len(text) or #text
end

-- Of each column: its longest line, its longest text below the heads, and what should stay on one line.
local function measure(tbl)
  local line, text, word = {}, {}, {}
  local function look(rows, factor)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        local said = pandoc.utils.stringify(cell.contents)
        local length = factor * length_of(said)
        local is_figure = factor == 1 and tbl.colspecs[i][1] == "AlignRight" and length <= figure
        line[i] = math.max(line[i] or 0, length)
        word[i] = math.max(word[i] or 1, is_figure and length + 1 or 1)
        if factor == 1 then
          text[i] = math.max(text[i] or 0, length)
        end
        for part in said:gsub("_", "_ "):gmatch("%S+") do
          word[i] = math.max(word[i], factor * length_of(part))
        end
      end
    end
  end
  look(tbl.head.rows, bold)
  for _, body in ipairs(tbl.bodies) do
    look(body.body, 1)
  end
  return line, text, word
end

local function sum(list)
  local total = 0
  for _, value in ipairs(list) do
    total = total + value
  end
  return total
end

local function first_with_words(tbl)
  for i, spec in ipairs(tbl.colspecs) do
    if spec[1] ~= "AlignRight" then
      return i
    end
  end
  return 1
end

-- Widths for Typst, and whether words must be broken.
local function columns_for(tbl)
  local line, text, word = measure(tbl)
  local room, wide = page - between * #line, first_with_words(tbl)
  local widths, needs = {}, {}
  if sum(line) <= room then
    for i in ipairs(line) do
      widths[i] = i == wide and "1fr" or "auto"
    end
    return table.concat(widths, ", "), false
  end
  local tight = sum(word) > room
  for i in ipairs(line) do
    if tight and tbl.colspecs[i][1] ~= "AlignRight" then
      word[i] = math.min(word[i], broken)
    end
    needs[i] = math.max(0, math.min(text[i] or 0, longest) - word[i])
  end
  local left, wanted = math.max(0, room - sum(word)), sum(needs)
  for i in ipairs(line) do
    local more = wanted > left and left * needs[i] / wanted or needs[i]
    more = more + (i == wide and math.max(0, left - wanted) or 0)
    widths[i] = string.format("%.2ffr", word[i] + more + between)
  end
  return table.concat(widths, ", "), tight
end

function Table(tbl)
  if #tbl.colspecs < 2 then
    return nil
  end
  local columns, tight = columns_for(tbl)
  tbl = tbl:walk({ Str = function(str) str.text = str.text:gsub("_", "_\u{200B}") return str end })
  tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end)
  local text = pandoc.write(pandoc.Pandoc({ tbl }), "typst")
  text = text:gsub("columns: %d+,", "columns: (" .. columns .. "),", 1)
  if tight then
    text = "#[\n#show table.cell: set text(hyphenate: true)\n" .. text .. "\n]"
  end
  return pandoc.RawBlock("typst", text)
end
