-- For Quarto's PDF, after Quarto has read figures: pictures with their alternative text, which pandoc's writer drops.
if not FORMAT:match("typst") then
  return {}
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

function Image(image)
  local alt = image.attributes["fig-alt"] or image.attributes["alt"] or pandoc.utils.stringify(image.caption)
  return pandoc.RawInline(
    "typst", string.format("#align(left, image(%s, width: 12cm, alt: %s))", quoted(image.src), quoted(alt))
  )
end
