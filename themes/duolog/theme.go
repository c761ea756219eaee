// Package duolog holds the look of the log: templates for Hugo, the shell with its style and script, the texts by language.
//
// Folders of the same shape in an instance's themes/duolog take precedence, file by file. The rule that a newcomer would
// break: assets/log.js is made from script/, never edited; go test ./site -run Bundle -update makes it anew.
package duolog

import "embed"

// Files are layouts (Hugo templates), i18n (texts), shell (the one page that everybody loads) and assets (its style,
// script and icons).
//
//go:embed assets i18n all:layouts shell
var Files embed.FS
