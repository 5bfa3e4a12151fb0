-- For Quarto's PDF: callouts without a Typst package from the network; headings that stand in no box, so that they
-- stay with the text below them.
if not FORMAT:match("typst") then
  return {}
end

local shared = dofile("filters/shared.lua")

function Div(div)
  local is_callout = false
  for _, class in ipairs(div.classes) do
    is_callout = is_callout or class:match("^callout%-") ~= nil
  end
  if not is_callout then
    return nil
  end
  local blocks = pandoc.List({ pandoc.RawBlock("typst", "#callout(" .. shared.quoted(div.attributes.title or "Let op") .. ")[") })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

function Header(header)
  local plain, hidden = header.classes:includes("unnumbered"), header.classes:includes("unlisted")
  if not plain and not hidden then
    return nil
  end
  local start = string.format(
    "#heading(level: %d%s%s)[", header.level, plain and ", numbering: none" or "", hidden and ", outlined: false" or ""
  )
  local content = pandoc.List({ pandoc.RawInline("typst", start) })
  content:extend(header.content)
  content:insert(pandoc.RawInline("typst", "]"))
  return pandoc.Plain(content)
end
