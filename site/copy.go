package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
)

// copyOf makes the page that a reader's offline copy is made of: the page that everybody loads, with its style, script and
// icons inside, and an empty place for the sealed files, which the reader's browser fills in. It works from a file, where
// nothing can be fetched. The same template makes both pages.
func copyOf(page *template.Template, script, style, icon shellFile) (shellFile, error) {
	if bytes.Contains(script.data, []byte("</script")) || bytes.Contains(style.data, []byte("</style")) {
		return shellFile{}, errors.New("the script or the style would end its own element in the offline copy")
	}
	policy := "default-src 'none'; script-src 'sha256-" + sumOf(script.data) + "'; style-src 'sha256-" + sumOf(style.data) + "'; " +
		"img-src blob:; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types duolog"
	var text bytes.Buffer
	err := page.Execute(&text, map[string]any{
		"Policy": policy, "Icon": shellFile{}, "Copy": shellFile{}, "Inline": map[string]any{
			"Script": template.JS(script.data), "Style": template.CSS(style.data), "Icons": template.HTML(icon.data), //nolint:gosec // files of the theme
		},
	})
	return hashed("copy.html", text.Bytes()), err
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
