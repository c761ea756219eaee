package letter

// Question is one of the question bank, in one language.
type Question struct {
	ID       string `yaml:"id"`
	Category string `yaml:"category"`
	Depth    string `yaml:"depth"` // "light" or "deep"
	Asks     string `yaml:"asks"`  // who asks: "manager", "report" or "either"
	Text     string `yaml:"text"`
	Why      string `yaml:"why"` // why it is asked
}

// questions offers the questions that were picked for this mail. One that the reader's own side asks is offered as
// something to ask the other.
func (w *writer) questions() {
	var items []item
	side := "report"
	if w.reader.ID == w.Log.Pair.Manager {
		side = "manager"
	}
	for _, q := range w.Questions {
		text := inert(q.Text, maxText)
		if q.Asks == side {
			text = w.say("question.ask", "Text", text)
		}
		it := item{Text: text}
		it.add(w.quote("question.why", q.Why))
		items = append(items, it)
		w.letter.Questions = append(w.letter.Questions, q.ID)
	}
	w.section(w.say("pre.questions"), items)
}
