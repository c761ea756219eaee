package content

import (
	"bytes"
	"os"
)

// Members returns the manager and the report of a pair. It reads two lines where [Store.Pair] reads everything, for those who
// look through all the pairs of an organisation.
func (s *Store) Members(pair string) (manager, report string, err error) {
	if err := CheckID(pair); err != nil {
		return "", "", err
	}
	raw, err := os.ReadFile(s.pairPath(pair))
	if err != nil {
		return "", "", err
	}
	manager, report = line(raw, "manager"), line(raw, "report")
	if manager != "" && report != "" {
		return manager, report, nil
	}
	l, err := s.Pair(pair)
	if err != nil {
		return "", "", err
	}
	return l.Pair.Manager, l.Pair.Report, nil
}

// line returns the id that a key of the front matter has, where it stands on the key's own line with nothing around it; otherwise
// "". Text of several lines is indented below a key, so no line of it is taken for one.
func line(raw []byte, key string) string {
	front, found := bytes.CutPrefix(raw, []byte("---\n"))
	if !found {
		return ""
	}
	for l := range bytes.Lines(front) {
		if bytes.HasPrefix(l, []byte("---")) {
			return ""
		}
		value, ok := bytes.CutPrefix(l, []byte(key+": "))
		if !ok {
			continue
		}
		id := string(bytes.TrimSpace(value))
		if CheckID(id) != nil {
			return ""
		}
		return id
	}
	return ""
}
