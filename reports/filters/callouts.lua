-- Quarto's own callouts in a PDF need a Typst package from the network; these do not. Used by Quarto's PDF.
if not FORMAT:match("typst") then
  return {}
end

function Div(div)
  local is_callout = false
  for _, class in ipairs(div.classes) do
    is_callout = is_callout or class:match("^callout%-") ~= nil
  end
  if not is_callout then
    return nil
  end
  local title = (div.attributes.title or "Let op"):gsub("\\", "\\\\"):gsub('"', '\\"')
  local blocks = pandoc.List({ pandoc.RawBlock("typst", '#miv-callout("' .. title .. '")[') })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end
