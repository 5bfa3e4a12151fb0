-- What web pages have and paper has not, in both renderers: a link to every figure and table and to the data
-- behind it, sizes of figures, tables that scroll, the way to the next chapter.

local shared = dofile("filters/shared.lua")
local stringify = pandoc.utils.stringify
local has_data = {}

local function read_meta(meta)
  for _, id in ipairs(meta["miv-data"] or {}) do
    has_data[stringify(id)] = true
  end
end

local function data_file(id)
  if has_data[id] then
    return "data/" .. id .. ".csv"
  end
  return id:match("^tbl%-codeboek%-") and "data/codeboek.csv" or nil
end

local function link(words, target, class, about)
  local attributes = { { "aria-label", words .. ": " .. about } } -- pairs: a table by name has another order each time
  if class == "miv-csv" then
    table.insert(attributes, { "download", "" })
  end
  return pandoc.Link({ pandoc.Str(words) }, target, "", pandoc.Attr("", { class }, attributes))
end

local function links(id, caption)
  local found = { link("Link hierheen", "#" .. id, "miv-anchor", caption) }
  local file = data_file(id)
  if file then
    table.insert(found, 1, pandoc.Space())
    table.insert(found, 1, link("Gegevens (CSV)", file, "miv-csv", caption))
  end
  return pandoc.Div({ pandoc.Plain(found) }, pandoc.Attr("", { "miv-links" }))
end

-- Room for a figure before it is there, so that a link to it leads to the right place.
local function with_size(image)
  local width, height = shared.size(image.src)
  if width then
    image.attributes.width = tostring(math.floor(width * 4 / 3 + 0.5))
    image.attributes.height = tostring(math.floor(height * 4 / 3 + 0.5))
    image.attributes.loading = "lazy"
  end
  return image
end

local function raw(text)
  return pandoc.RawBlock("html", text)
end

-- The preview's table: its caption stays where it is when the table scrolls.
local function boxed(tbl)
  local id, caption = tbl.identifier, pandoc.utils.blocks_to_inlines(tbl.caption.long)
  tbl.identifier = ""
  tbl.caption = { long = {} }
  local scroll = pandoc.Div({ tbl }, pandoc.Attr("", { "miv-scroll" }))
  if id == "" then
    return { scroll }
  end
  local content = { raw("<figure><figcaption>"), pandoc.Plain(caption), raw("</figcaption>"), scroll, raw("</figure>") }
  return { pandoc.Div(content, pandoc.Attr(id, { "miv-table" })), links(id, stringify(caption)) }
end

-- Before Quarto reads it, a label stands in the caption: ": caption {#tbl-x}".
local function label_of(caption)
  return stringify(caption):match("^(.-)%s*{#(tbl%-[%w-]+)}$")
end

local function quarto_table(tbl)
  local about, id = label_of(tbl.caption.long)
  if not id and tbl.identifier:match("^tbl%-") then
    about, id = stringify(tbl.caption.long), tbl.identifier
  end
  return id and { tbl, links(id, about) } or { tbl }
end

local function labelled(block)
  if block.t == "Figure" and block.identifier:match("^fig%-") then
    return block.identifier, stringify(block.caption.long)
  end
  local image = block.t == "Para" and #block.content == 1 and block.content[1]
  if image and image.t == "Image" and image.identifier:match("^fig%-") then
    return image.identifier, stringify(image.caption)
  end
end

-- Pandoc finds the page of a label on a box, not of one on a figure.
local function boxed_figure(figure, id, about)
  figure.identifier = ""
  return { pandoc.Div({ figure }, pandoc.Attr(id, { "miv-figure" })), links(id, about) }
end

local function with_links(blocks)
  local found = pandoc.List()
  for _, block in ipairs(blocks) do
    local id, about = labelled(block)
    if block.t == "Table" then
      found:extend(quarto and quarto_table(block) or boxed(block))
    elseif id and not quarto then
      found:extend(boxed_figure(block, id, about))
    else
      found:insert(block)
      if id then
        found:insert(links(id, about))
      end
    end
  end
  return found
end

local function pager(previous, next)
  local found = {}
  if previous then
    table.insert(found, pandoc.Link({ pandoc.Str("← " .. stringify(previous.content)) }, "#" .. previous.identifier))
  end
  if next then
    local attributes = pandoc.Attr("", { "miv-next" })
    table.insert(found, pandoc.Link({ pandoc.Str(stringify(next.content) .. " →") }, "#" .. next.identifier, "", attributes))
  end
  return pandoc.Div({ pandoc.Plain(found) }, pandoc.Attr("", { "miv-pager" }))
end

-- One page with all chapters: at the end of each, links to those before and after it.
local function with_pagers(document)
  local chapters = document.blocks:filter(function(block) return block.t == "Header" and block.level == 1 end)
  local blocks, at = pandoc.List(), 0
  for _, block in ipairs(document.blocks) do
    if block.t == "Header" and block.level == 1 then
      at = at + 1
      if at > 1 then
        blocks:insert(pager(chapters[at - 2], block))
      end
    end
    blocks:insert(block)
  end
  if at > 1 then
    blocks:insert(pager(chapters[at - 1], nil))
  end
  document.blocks = blocks
end

function Pandoc(document)
  if not FORMAT:match("html") then
    return nil
  end
  read_meta(document.meta)
  if document.meta.report and not document.meta.several and not quarto then
    with_pagers(document)
  end
  return document:walk({ Image = with_size }):walk({ Blocks = with_links })
end
