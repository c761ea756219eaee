package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

// policy is what the one page of the site may do: run our script, ask our own host. Decrypted text enters the page
// through the one Trusted Types policy of that script.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; " +
	"img-src 'self' blob:; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types duolog"

// shellFile is one of the files that are the same for everybody. Its name contains a hash of its bytes.
type shellFile struct {
	Path      string
	Integrity string // for the attribute of that name
	data      []byte
}

// shell makes the page that everybody loads, the one on which people make their key, and their style, scripts and icons.
// They contain nothing about anybody.
func shell(theme fs.FS) ([]shellFile, error) {
	var script, keys, style, icon shellFile
	for name, file := range map[string]*shellFile{"log.js": &script, "keys.js": &keys, "log.css": &style, "icons.svg": &icon} {
		data, err := fs.ReadFile(theme, "assets/"+name)
		if err != nil {
			return nil, fmt.Errorf("shell: %w", err)
		}
		if own, err := fs.ReadFile(theme, "assets/own.css"); err == nil && name == "log.css" {
			data = append(append(data, '\n'), own...)
		}
		*file = hashed(name, data)
	}
	welcome, err := parsed(theme, "welcome.html")
	if err != nil {
		return nil, err
	}
	index, err := parsed(theme, "index.html")
	if err != nil {
		return nil, err
	}
	offline, err := copyOf(index, script, style, icon)
	if err != nil {
		return nil, fmt.Errorf("shell: %w", err)
	}
	files := []shellFile{script, keys, style, icon, offline}
	for _, page := range []struct {
		*template.Template
		path string
	}{{welcome, "welcome/index.html"}, {index, "index.html"}} {
		var html bytes.Buffer
		err := page.Execute(&html, map[string]any{"Policy": policy, "Script": script, "Keys": keys, "Style": style, "Icon": icon, "Copy": offline})
		if err != nil {
			return nil, fmt.Errorf("shell: %w", err)
		}
		files = append(files, shellFile{Path: page.path, data: html.Bytes()})
	}
	return files, nil
}

// parsed is a page of the shell, with the head that all of them have.
func parsed(theme fs.FS, name string) (*template.Template, error) {
	t, err := template.New(name).ParseFS(theme, "shell/head.html", "shell/"+name)
	if err != nil {
		return nil, fmt.Errorf("shell: %w", err)
	}
	return t, nil
}

func hashed(name string, data []byte) shellFile {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return shellFile{
		Path:      "assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		Integrity: "sha256-" + base64.StdEncoding.EncodeToString(sum[:]),
		data:      data,
	}
}
