package site

// logView is what the templates show of one pair: everything that both may read, chosen and ordered, with no private
// text in it. Keys are lower case, because Hugo folds them.
type logView struct {
	Pair       string          `json:"pair"`
	Title      string          `json:"title"` // "Priya + Sam", the report first
	Kind       string          `json:"kind"`
	Manager    personView      `json:"manager"`
	Report     personView      `json:"report"`
	JoinLink   string          `json:"joinlink,omitempty"`
	Ended      string          `json:"ended,omitempty"`
	Next       *meetingView    `json:"next,omitempty"`
	Pending    []promisesView  `json:"pending"`
	Agreements []agreementView `json:"agreements"` // newest first
	Parked     []topicView     `json:"parked"`
	Meetings   []meetingView   `json:"meetings"` // of the page at hand, newest first
	Years      []string        `json:"years"`    // that have a page of their own, newest first
	Prose      string          `json:"prose,omitempty"`
	Waiting    []waitingView   `json:"waiting"`
	Surveys    []surveyView    `json:"surveys,omitempty"`
}

// waitingView is something that waits for one person's answer: a note, action or agreement for their yes, a survey for their words.
type waitingView struct {
	Person string     `json:"person"`
	ID     string     `json:"id,omitempty"`
	Kind   string     `json:"kind"`           // "note", "action", "agreement", "survey" or "session"
	Place  string     `json:"place"`          // where in the log it stands, as the part of its address behind the pair's
	Text   []run      `json:"text,omitempty"` // none of a survey
	By     personView `json:"by"`
	On     string     `json:"on,omitempty"`
	Survey string     `json:"survey,omitempty"` // its id
	From   string     `json:"from,omitempty"`   // of a survey: the period that it looks back on
	To     string     `json:"to,omitempty"`
	Until  string     `json:"until,omitempty"`
}

type personView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	First string `json:"first"`
}

type promisesView struct {
	Owner   personView   `json:"owner"`
	Actions []actionView `json:"actions"`
}

type meetingView struct {
	ID         string          `json:"id"`
	Date       string          `json:"date"`
	Start      string          `json:"start"` // RFC 3339
	Time       string          `json:"time"`  // on the wall clock of the pair's zone
	Zone       string          `json:"zone"`  // as a city: "Berlin"
	Minutes    int             `json:"minutes"`
	State      string          `json:"state"`
	Reason     string          `json:"reason,omitempty"`
	Asked      *askedView      `json:"asked,omitempty"`
	Answers    []answerView    `json:"answers,omitempty"`
	Topics     []topicView     `json:"topics"`
	Notes      []noteView      `json:"notes"`
	Agreements []agreementView `json:"agreements"`
	Actions    []actionView    `json:"actions"`
	Session    *surveyView     `json:"session,omitempty"`
	Prose      string          `json:"prose,omitempty"`
}

type askedView struct {
	By   string `json:"by"`
	Date string `json:"date"`
	Time string `json:"time"`
	Zone string `json:"zone"`
}

type answerView struct {
	By   string `json:"by"`
	Said string `json:"said"`
}

type topicView struct {
	ID       string        `json:"id"`
	Text     []run         `json:"text"`
	Context  []run         `json:"context,omitempty"`
	Kind     string        `json:"kind,omitempty"`
	State    string        `json:"state"` // on an agenda as it is now; in a meeting what became of it there
	FollowUp string        `json:"followup,omitempty"`
	Carried  int           `json:"carried,omitempty"`
	HeadsUp  bool          `json:"headsup,omitempty"`
	Answer   []run         `json:"answer,omitempty"` // of a question: the asker's own
	Why      []run         `json:"why,omitempty"`
	Comments []commentView `json:"comments,omitempty"`
	By       personView    `json:"by"`
	On       string        `json:"on"`
	Changes  []changeView  `json:"changes,omitempty"`
}

type actionView struct {
	ID       string        `json:"id"`
	What     []run         `json:"what"`
	Who      personView    `json:"who"`
	Due      string        `json:"due,omitempty"`
	NextTime bool          `json:"nexttime,omitempty"` // due at the next meeting
	Measure  []run         `json:"measure,omitempty"`
	State    string        `json:"state"`
	Progress int           `json:"progress,omitempty"`
	Back     bool          `json:"back,omitempty"` // find out and report back
	Topic    string        `json:"topic,omitempty"`
	DoneOn   string        `json:"doneon,omitempty"`
	Comments []commentView `json:"comments,omitempty"`
	By       personView    `json:"by"`
	On       string        `json:"on"`
	Changes  []changeView  `json:"changes,omitempty"`
}

type noteView struct {
	ID      string       `json:"id"`
	Text    []run        `json:"text"`
	Kind    string       `json:"kind,omitempty"`
	State   string       `json:"state"`
	Topic   string       `json:"topic,omitempty"`
	By      personView   `json:"by"`
	On      string       `json:"on"`
	Changes []changeView `json:"changes,omitempty"`
}

type agreementView struct {
	ID      string       `json:"id"`
	Text    []run        `json:"text"`
	Date    string       `json:"date"`
	Until   string       `json:"until,omitempty"`
	Review  string       `json:"review,omitempty"`
	Ended   bool         `json:"ended,omitempty"`
	Meeting string       `json:"meeting,omitempty"`
	By      personView   `json:"by"`
	Changes []changeView `json:"changes,omitempty"`
}

type commentView struct {
	Text []run      `json:"text"`
	By   personView `json:"by"`
	On   string     `json:"on"`
}

type changeView struct {
	Field string     `json:"field"`
	From  string     `json:"from,omitempty"`
	To    string     `json:"to,omitempty"`
	Why   string     `json:"why,omitempty"`
	By    personView `json:"by"`
	On    string     `json:"on"`
}
