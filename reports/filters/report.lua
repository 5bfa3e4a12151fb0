-- The preview's own reading of Quarto's Markdown, which Quarto's Word documents use too: numbered figures and tables,
-- references to them, callouts, raster figures for Word, alternative texts for Typst. An unknown reference is an error.

local shared = dofile("filters/shared.lua")
local numbers = {}
local words = { fig = "Figuur", tbl = "Tabel" }
local counters = { fig = 0, tbl = 0 }
local is_typst = FORMAT:match("typst") ~= nil
local is_docx = FORMAT:match("docx") ~= nil
local is_html = FORMAT:match("html") ~= nil

local function kind_of(id)
  return id and id:match("^(%a+)%-")
end

-- In Word a label has another name than in the text: Quarto, which runs this filter for Word too, would number it again.
local function anchor(id)
  return is_docx and id:gsub("^fig%-", "figuur_"):gsub("^tbl%-", "tabel_") or id
end

local function number(id)
  local kind = kind_of(id)
  if kind and words[kind] then
    counters[kind] = counters[kind] + 1
    numbers[id] = words[kind] .. " " .. counters[kind]
  end
end

local function lead(id)
  return { pandoc.Strong({ pandoc.Str(numbers[id] .. ".") }), pandoc.Space() }
end

local function put_before(caption, id)
  local first = caption.long[1]
  if first and first.content then
    for i, inline in ipairs(lead(id)) do
      table.insert(first.content, i, inline)
    end
  else
    caption.long = { pandoc.Plain(lead(id)) }
  end
end

-- A table's label stands at the end of its caption: ": caption {#tbl-x}".
local function take_label(tbl)
  if tbl.identifier ~= "" then
    return
  end
  local block = tbl.caption.long[1]
  local last = block and block.content and block.content[#block.content]
  local id = last and last.t == "Str" and last.text:match("^{#([%w-]+)}$")
  if id then
    block.content:remove(#block.content)
    if #block.content > 0 and block.content[#block.content].t == "Space" then
      block.content:remove(#block.content)
    end
    tbl.identifier = id
  end
end

local collect = {
  traverse = "topdown",
  Figure = function(figure)
    number(figure.identifier)
  end,
  Table = function(tbl)
    take_label(tbl)
    number(tbl.identifier)
    return tbl
  end,
}

local function typst_figure(figure, image, alt)
  local caption = pandoc.write(pandoc.Pandoc(figure.caption.long), "typst"):gsub("%s+$", "")
  return pandoc.RawBlock(
    "typst",
    string.format(
      "#figure(align(left, image(%s, width: %s, alt: %s)), alt: %s, caption: [%s]) <%s>\n",
      shared.quoted(image.src), shared.on_paper(image.src), shared.quoted(alt), shared.quoted(alt), caption,
      figure.identifier
    )
  )
end

local function draw_figure(figure)
  if not numbers[figure.identifier] and not is_html then
    return nil
  end
  if numbers[figure.identifier] then
    put_before(figure.caption, figure.identifier)
  end
  local image
  figure:walk({ Image = function(found) image = found end })
  if not image then
    error("figuur zonder afbeelding: " .. figure.identifier)
  end
  local alt = figure.attributes["fig-alt"] or image.attributes["fig-alt"] or ""
  if is_typst then
    return typst_figure(figure, image, alt)
  end
  figure.attributes["fig-alt"] = nil
  figure.identifier = anchor(figure.identifier)
  return figure:walk({
    Image = function(found)
      found.attributes["fig-alt"] = nil
      found.caption = { pandoc.Str(alt) }
      if is_docx then
        found.attributes.width = shared.on_paper(found.src)
        found.src = found.src:gsub("%.svg$", ".png")
      end
      return found
    end,
  })
end

-- A paragraph of its own: Quarto would number a table with a caption again.
local function with_caption_above(tbl)
  local attr = pandoc.Attr(anchor(tbl.identifier), {}, { ["custom-style"] = "Table Caption" })
  local above = pandoc.Div(tbl.caption.long, attr)
  tbl.identifier = ""
  tbl.caption.long = {}
  return { above, tbl }
end

local function draw_table(tbl)
  if numbers[tbl.identifier] then
    put_before(tbl.caption, tbl.identifier)
    if is_docx then
      return with_caption_above(tbl)
    end
  end
  return tbl
end

local function refer(cite)
  local parts = {}
  for i, citation in ipairs(cite.citations) do
    local label = numbers[citation.id]
    if not label then
      error("verwijzing naar iets dat er niet is: @" .. citation.id)
    end
    if i > 1 then
      table.insert(parts, pandoc.Str(", "))
    end
    table.insert(parts, pandoc.Link({ pandoc.Str((label:gsub(" ", "\u{a0}"))) }, "#" .. anchor(citation.id)))
  end
  return parts
end

local function callout(div)
  local kind = nil
  for _, class in ipairs(div.classes) do
    kind = kind or class:match("^callout%-(%a+)$")
  end
  if not kind then
    return nil
  end
  local title = div.attributes.title or "Let op"
  if is_typst then
    local body = pandoc.write(pandoc.Pandoc(div.content), "typst")
    return pandoc.RawBlock("typst", string.format("#callout(%s, [%s])\n", shared.quoted(title), body))
  end
  local content = pandoc.List({ pandoc.Para({ pandoc.Strong({ pandoc.Str(title) }) }) })
  content:extend(div.content)
  if is_docx then
    return pandoc.Div(content, pandoc.Attr("", {}, { ["custom-style"] = "Kader" }))
  end
  return pandoc.Div(content, pandoc.Attr("", { "callout", "callout-" .. kind }, { role = "note" }))
end

-- As Quarto does: what stands on web pages only, or everywhere but there.
local function visible(div)
  local only, but = div.attributes["when-format"], div.attributes["unless-format"]
  if not div.classes:includes("content-visible") then
    return nil
  end
  local shown = not (only == "html" and not is_html) and not (but == "html" and is_html)
  return shown and div.content or {}
end

function Pandoc(document)
  document = document:walk({ Div = visible })
  document = document:walk(collect)
  -- references first: a drawn Typst figure or callout is raw text in which nothing can be resolved
  document = document:walk({ Cite = refer })
  document = document:walk({ Figure = draw_figure, Table = draw_table, Div = callout })
  return document
end
