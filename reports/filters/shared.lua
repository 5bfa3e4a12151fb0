-- What several filters need; they run in the report's folder: local shared = dofile("filters/shared.lua")
local shared = {}

-- A Typst string.
function shared.quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- Width and height of a vector figure, in points; nothing for any other picture.
function shared.size(src)
  local file = src:match("%.svg$") and io.open(src)
  if not file then
    return nil
  end
  local width, height = file:read(2000):match('width="([%d.]+)pt" height="([%d.]+)pt"')
  file:close()
  return tonumber(width), tonumber(height)
end

local wide, high, least = 12, 12, 10.5 -- centimetres

-- Width on paper: a high figure gets smaller, so that it leaves room for its words, but its letters stay legible.
function shared.on_paper(src)
  local width, height = shared.size(src)
  local fits = width and high * width / height or wide
  return string.format("%.1fcm", math.max(least, math.min(wide, fits)))
end

return shared
