-- For Quarto's PDF, after Quarto has read figures: pictures with their alternative text, which pandoc's writer drops.
if not FORMAT:match("typst") then
  return {}
end

local shared = dofile("filters/shared.lua")

function Image(image)
  local alt = image.attributes["fig-alt"] or image.attributes["alt"] or pandoc.utils.stringify(image.caption)
  return pandoc.RawInline(
    "typst",
    string.format(
      "#align(left, image(%s, width: %s, alt: %s))",
      shared.quoted(image.src), shared.on_paper(image.src), shared.quoted(alt)
    )
  )
end
