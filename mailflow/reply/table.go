package reply

import "strings"

// tableRows reads lines drawn as a table, "| write the RFC | Priya | Fri 4 Dec |". Under a head that names an owner or a date
// each line is an action; else its cells are joined as if by dashes. The head and the rule under it say nothing.
func (r *reader) tableRows(rows []row) []row {
	var head []string // the label of each column
	for i := range rows {
		w := &rows[i]
		cells := cellsOf(w.raw)
		if cells == nil {
			head = nil
			continue
		}
		labels := r.columns(cells)
		switch {
		case strings.Trim(strings.Join(cells, ""), "-:– ") == "":
			w.mute = true
		case labels != nil && head == nil:
			head, w.mute = labels, true
		default:
			r.tableRow(w, head, cells)
		}
	}
	return rows
}

// cellsOf are the cells of a line that begins and ends with a bar, nil of any other.
func cellsOf(line string) []string {
	line = strings.TrimSpace(line)
	if len(line) < 3 || line[0] != '|' || line[len(line)-1] != '|' || strings.Count(line, "|") < 3 {
		return nil
	}
	cells := strings.Split(line[1:len(line)-1], "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// columns are the labels of a table's head, nil when the line is none.
func (r *reader) columns(cells []string) []string {
	var labels []string
	for _, cell := range cells {
		toks := tokens(cell)
		label, n := r.lex.at("labels", toks, 0)
		if n != len(toks) {
			label = ""
			n = r.lex.means("columns", "what", toks, 0)
		}
		if n == 0 || n != len(toks) {
			return nil
		}
		labels = append(labels, label)
	}
	return labels
}

func (r *reader) tableRow(w *row, head, cells []string) {
	var owner, due string
	var rest []string
	for i, cell := range cells {
		switch {
		case cell == "":
		case i < len(head) && head[i] == "owner":
			owner = cell + ": "
		case i < len(head) && head[i] == "due":
			due = " → " + cell
		default:
			rest = append(rest, cell)
		}
	}
	w.text = owner + strings.Join(rest, " – ") + due
	w.toks = tokens(w.text)
	if owner != "" || due != "" {
		w.box, w.listed = ' ', true
	}
}
