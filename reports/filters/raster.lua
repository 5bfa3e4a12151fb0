-- Word shows PNG everywhere; SVG only in newer versions. Used by Quarto's docx.
function Image(image)
  image.src = image.src:gsub("%.svg$", ".png")
  return image
end
