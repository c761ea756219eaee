package message

import (
	"bytes"
	"crypto/sha256"
	"mime"
	"path"
	"strings"
)

// A reader fills one Message.
type reader struct {
	m          *Message
	parts      int
	text, html int // bytes decoded so far
	tnef       bool
}

// A place says where in the tree an entity stands.
type place struct {
	depth  int
	part   int    // 1 + index in Body that text in this multipart/alternative belongs to; 0 = none
	closed bool   // inside an attached message: counted, not read
	kind   string // default type of the children (RFC 2046, 5.1.5: message/rfc822 in a digest)
}

func (r *reader) defect(c Code, detail string) {
	if !r.m.Has(c) {
		r.m.Defects = append(r.m.Defects, Defect{c, detail})
	}
}

// entity reads one MIME entity.
func (r *reader) entity(h Header, body []byte, at place) {
	if r.parts++; r.parts > MaxParts {
		r.defect(TooManyParts, "")
		return
	}
	if at.depth > MaxDepth {
		r.defect(TooDeep, "")
		return
	}
	t := r.contentType(h, at.kind)
	encoding := r.encoding(h)
	switch kind, _, _ := strings.Cut(t.media, "/"); kind {
	case "multipart":
		r.multipart(t, body, at)
	case "message":
		r.message(t, h, body, encoding, at)
	default:
		if !at.closed {
			r.leaf(t, h, body, encoding, at)
		}
	}
}

// multipart reads the children of a multipart entity.
func (r *reader) multipart(t contentType, body []byte, at place) {
	if t.media == "multipart/encrypted" && !at.closed {
		r.defect(Encrypted, t.params["protocol"])
		at.closed = true
	}
	boundary := t.params["boundary"]
	if strings.TrimSpace(boundary) == "" || len(boundary) > 1000 || t.boundaries > 1 {
		r.defect(BadBoundary, "")
		return
	}
	parts, closed := cutParts(body, boundary, MaxParts+1)
	switch {
	case len(parts) == 0 && !closed && !at.closed && len(bytes.TrimSpace(body)) > 0: // all of it would be preamble, which nobody reads
		r.defect(BadBoundary, "it never occurs")
	case !closed:
		r.defect(NoFinalBoundary, "")
	}
	if t.media == "multipart/report" && r.m.Report == nil && at.depth == 0 {
		r.m.Report = &Report{Type: strings.ToLower(t.params["report-type"])}
	}
	child := place{depth: at.depth + 1, part: at.part, closed: at.closed}
	if t.media == "multipart/alternative" && at.part == 0 && !at.closed {
		r.m.Body = append(r.m.Body, Part{})
		child.part = len(r.m.Body)
	}
	if t.media == "multipart/digest" {
		child.kind = "message/rfc822"
	}
	for _, p := range parts {
		h, content := r.splitPart(p)
		r.entity(h, content, child)
	}
}

// splitPart cuts a part into header and content. A part that starts with an empty line has no
// header (RFC 2046, 5.1).
func (r *reader) splitPart(p []byte) (Header, []byte) {
	if bytes.HasPrefix(p, []byte("\n")) {
		return Header{}, p[1:]
	}
	if bytes.HasPrefix(p, []byte("\r\n")) {
		return Header{}, p[2:]
	}
	head, body := r.split(p)
	return r.header(head), body
}

// cutParts returns what lies between the boundary lines, at most limit parts. closed is false when
// the closing boundary is missing.
func cutParts(b []byte, boundary string, limit int) (parts [][]byte, closed bool) {
	mark := []byte("--" + boundary)
	start := -1
	for at := 0; at < len(b) && len(parts) < limit; {
		end := bytes.IndexByte(b[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(b)-at, len(b)
		}
		isMark, last := boundaryLine(b[at:at+end], mark)
		if isMark {
			if start >= 0 {
				parts = append(parts, trimEOL(b[start:at]))
			}
			if last {
				return parts, true
			}
			start = next
		}
		at = next
	}
	if start >= 0 && start < len(b) && len(parts) < limit {
		parts = append(parts, b[start:])
	}
	return parts, false
}

// boundaryLine reports whether line is the boundary, and whether it is the closing one. RFC 2046,
// 5.1.1: white space may follow, anything else makes it another line.
func boundaryLine(line, mark []byte) (is, last bool) {
	rest, ok := bytes.CutPrefix(line, mark)
	if !ok {
		return false, false
	}
	rest = bytes.TrimRight(rest, " \t\r")
	return len(rest) == 0 || string(rest) == "--", string(rest) == "--"
}

// trimEOL takes off the line end that belongs to the boundary after it.
func trimEOL(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// message reads an entity of type message/*.
func (r *reader) message(t contentType, h Header, body []byte, encoding string, at place) {
	switch t.media {
	case "message/partial":
		r.defect(Partial, "")
		return
	case "message/external-body":
		r.defect(ExternalBody, "")
		return
	case "message/delivery-status", "message/disposition-notification", "message/global-delivery-status":
		if r.m.Report != nil && !at.closed {
			r.status(r.transfer(body, encoding))
			return
		}
	case "message/rfc822", "message/global", "message/news":
		if r.m.Report != nil && !at.closed {
			r.returned(body)
		}
		if !at.closed {
			r.attach(t, h, body)
		}
		head, content := r.split(body)
		r.entity(r.header(head), content, place{depth: at.depth + 1, closed: true})
		return
	}
	if !at.closed {
		r.attach(t, h, r.transfer(body, encoding))
	}
}

// leaf reads an entity that holds no other.
func (r *reader) leaf(t contentType, h Header, body []byte, encoding string, at place) {
	disposition, name := dispositionOf(h, t)
	first := !hasText(r.m.Body)
	switch {
	case t.media == "text/calendar" && r.m.Calendar == nil:
		s, _ := decodeCharset(r.transfer(body, encoding), t.params["charset"])
		r.m.Calendar = []byte(s)
		r.m.Scheduling = (at.part > 0 || at.depth == 0) && disposition != "attachment"
		return
	case t.media == "text/rfc822-headers" && r.m.Report != nil:
		r.returned(r.transfer(body, encoding))
		return
	case t.media == "application/pkcs7-mime" || t.media == "application/x-pkcs7-mime" || strings.EqualFold(path.Ext(name), ".p7m"): // RFC 8551, 3.2.1
		if strings.EqualFold(t.params["smime-type"], "signed-data") {
			r.defect(OpaqueSigned, "")
		} else {
			r.defect(Encrypted, "S/MIME")
		}
	case t.media == "application/ms-tnef" || t.media == "application/vnd.ms-tnef":
		r.tnef = true
	case disposition == "attachment" || !first && (name != "" || h.Has("Content-Encoding")): // HTTP's, never unpacked
	case t.media == "text/plain" || t.media == "text/markdown":
		r.addText(r.plain(t, r.transfer(body, encoding)), at)
		return
	case t.media == "text/html":
		r.addHTML(r.hypertext(t, r.transfer(body, encoding)), at)
		return
	case t.media == "text/x-amp-html" || t.media == "text/watch-html":
		return
	}
	r.attach(t, h, r.transfer(body, encoding))
}

func hasText(parts []Part) bool {
	for _, p := range parts {
		if p != (Part{}) {
			return true
		}
	}
	return false
}

func (r *reader) plain(t contentType, b []byte) string {
	s := r.charset(b, t.params["charset"])
	if strings.EqualFold(t.params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(t.params["delsp"], "yes"))
	}
	return r.limit(clean(s), &r.text)
}

func (r *reader) hypertext(t contentType, b []byte) string {
	label := t.params["charset"]
	if label == "" {
		label = metaCharset(b)
	}
	return r.limit(clean(r.charset(b, label)), &r.html)
}

func (r *reader) charset(b []byte, label string) string {
	s, code := decodeCharset(b, label)
	if code != "" {
		r.defect(code, clean(strings.ToValidUTF8(label, "")))
	}
	return s
}

// limit cuts s at a line end when it would bring the sum over MaxText.
func (r *reader) limit(s string, sum *int) string {
	if rest := MaxText - *sum; len(s) > rest {
		r.defect(TextTooLarge, "")
		s = strings.ToValidUTF8(s[:rest], "")
		if i := strings.LastIndexByte(s, '\n'); i > len(s)/2 {
			s = s[:i+1]
		}
	}
	*sum += len(s)
	return s
}

// metaCharset looks for the charset that an HTML text names itself.
func metaCharset(b []byte) string {
	b = bytes.ToLower(b[:min(len(b), 1024)])
	_, rest, ok := bytes.Cut(b, []byte("charset="))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, `"'`)
	if end := bytes.IndexAny(rest, "\"'; />"); end >= 0 {
		return string(rest[:end])
	}
	return ""
}

func (r *reader) addText(s string, at place) {
	if at.part == 0 {
		r.m.Body = append(r.m.Body, Part{Text: s})
		return
	}
	p := &r.m.Body[at.part-1]
	p.Text = join(p.Text, s)
}

func (r *reader) addHTML(s string, at place) {
	if at.part == 0 {
		r.m.Body = append(r.m.Body, Part{HTML: s})
		return
	}
	p := &r.m.Body[at.part-1]
	p.HTML = join(p.HTML, s)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return strings.TrimRight(a, "\n") + "\n" + b
}

func (r *reader) attach(t contentType, h Header, content []byte) {
	_, name := dispositionOf(h, t)
	r.m.Attachments = append(r.m.Attachments, Attachment{Name: name, Type: t.media, Size: len(content)})
	sum := sha256.New()
	sum.Write(r.m.attached[:])
	sum.Write(content)
	sum.Sum(r.m.attached[:0])
}

// A contentType is the Content-Type of an entity as far as it could be read.
type contentType struct {
	media      string
	params     map[string]string
	boundaries int // how many boundary parameters it had
}

// contentType reads the type of an entity. RFC 2045, 5.2: without one it is text/plain.
func (r *reader) contentType(h Header, kind string) contentType {
	vs := h.Values("Content-Type")
	if len(vs) > 1 {
		r.defect(TwoContentTypes, "")
	}
	if kind == "" {
		kind = "text/plain"
	}
	if len(vs) == 0 || vs[0] == "" {
		return contentType{media: kind}
	}
	media, params, err := mime.ParseMediaType(vs[0])
	t := contentType{media: media, params: params}
	if err != nil {
		r.defect(BadContentType, "")
		t = tolerantType(vs[0])
	}
	if !strings.Contains(t.media, "/") {
		r.defect(BadContentType, "")
		t.media = kind
	}
	return t
}

// tolerantType reads what it can of a malformed Content-Type.
func tolerantType(v string) contentType {
	media, rest, _ := strings.Cut(v, ";")
	t := contentType{media: strings.ToLower(strings.TrimSpace(media)), params: map[string]string{}}
	if i := strings.IndexAny(t.media, " \t,\""); i >= 0 {
		t.media = t.media[:i]
	}
	for _, p := range strings.Split(rest, ";") {
		k, v, _ := strings.Cut(p, "=")
		k = strings.ToLower(strings.TrimSpace(k))
		if k == "boundary" {
			t.boundaries++
		}
		if _, twice := t.params[k]; !twice && k != "" {
			t.params[k] = strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	return t
}

func dispositionOf(h Header, t contentType) (disposition, name string) {
	v, _ := h.first("Content-Disposition")
	disposition, params, err := mime.ParseMediaType(v)
	if err != nil {
		d := tolerantType(v)
		disposition, params = d.media, d.params
	}
	name = params["filename"]
	if name == "" {
		name = t.params["name"]
	}
	return disposition, fileName(name)
}

// fileName keeps the last element of a path and nothing that could hide or harm.
func fileName(s string) string {
	s = decodeWords(s)
	if i := strings.LastIndexAny(s, `/\:`); i >= 0 {
		s = s[i+1:]
	}
	if s == "." || s == ".." {
		return ""
	}
	return strings.ToValidUTF8(s[:min(len(s), 200)], "")
}

// encoding returns the transfer encoding in lower case.
func (r *reader) encoding(h Header) string {
	vs := h.Values("Content-Transfer-Encoding")
	if len(vs) > 1 {
		r.defect(TwoEncodings, "")
	}
	if len(vs) == 0 {
		return ""
	}
	v := vs[0]
	if i := strings.IndexAny(v, ";("); i > 0 { // RFC 2045, 6.1: a comment may stand behind it
		v = v[:i]
	}
	return strings.ToLower(strings.TrimSpace(v))
}

// transfer undoes the transfer encoding.
func (r *reader) transfer(b []byte, encoding string) []byte {
	switch encoding {
	case "base64":
		out, ok := decodeBase64(b)
		if !ok {
			r.defect(BadBase64, "")
		}
		return out
	case "quoted-printable":
		out, ok := decodeQuoted(b)
		if !ok {
			r.defect(BadQuoted, "")
		}
		return out
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "plain", "utf-8", "us-ascii": // some mailers' words for none
	default:
		r.defect(UnknownEncoding, "")
	}
	return b
}
