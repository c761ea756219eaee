package newtext

import (
	"path"
	"strings"
)

// pictured reports whether a line is nothing but what mail programs write in plain text where the HTML shows a picture: "[cid:a1@b2]",
// with the address it links to behind it, "[image: plan.png]", "<plan.png>".
func pictured(s string) bool {
	found := false
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		close := "]"
		switch {
		case strings.HasPrefix(s, "[cid:"), strings.HasPrefix(s, "[image:"):
		case strings.HasPrefix(s, "<"):
			close = ">"
		default:
			return false
		}
		inside, rest, ok := strings.Cut(s[1:], close)
		linked := found && strings.Contains(inside, "://")
		if !ok || close == ">" && !linked && !pictureTypes[strings.ToLower(path.Ext(inside))] {
			return false
		}
		found, s = true, rest
	}
	return found
}

// pictureTypes are the endings of pictures' names.
var pictureTypes = map[string]bool{
	".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".heic": true, ".webp": true, ".bmp": true, ".tif": true, ".tiff": true,
}
