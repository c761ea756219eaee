package meeting

// Pair is two people who meet one on one.
type Pair struct {
	ID       string   `yaml:"id" json:"id"` // "priya-sam"; also the folder name
	Kind     Kind     `yaml:"kind" json:"kind"`
	Manager  string   `yaml:"manager" json:"manager"` // person id; between peers the one who set the pair up, with a mentor the mentor
	Report   string   `yaml:"report" json:"report"`   // person id
	Rhythm   Rhythm   `yaml:"rhythm" json:"rhythm"`
	JoinLink string   `yaml:"join_link,omitempty" json:"join_link,omitempty"`
	Settings Settings `yaml:"settings,omitempty" json:"settings,omitzero"`
	Epoch    int      `yaml:"epoch,omitempty" json:"epoch,omitempty"` // raise it by hand to revoke every reply address that was given out so far
	Ended    string   `yaml:"ended,omitempty" json:"ended,omitempty"` // ISO date after which nothing is sent
}

// Kind of a pair.
type Kind string

// The kinds of a pair.
const (
	KindReport    Kind = "report"
	KindSkipLevel Kind = "skip-level"
	KindPeer      Kind = "peer"
	KindMentor    Kind = "mentor"
)

// Settings are the choices of one pair; the zero value is what most pairs want.
type Settings struct {
	MailContent string `yaml:"mail_content,omitempty" json:"mail_content,omitempty"` // "full" (also when empty) or "titles": how much of the log a mail may show
	MoveAlone   bool   `yaml:"move_alone,omitempty" json:"move_alone,omitempty"`     // either side may move a meeting without the other's yes
}

// Other is the id of the person whom the given one meets.
func (p *Pair) Other(person string) string {
	if person == p.Manager {
		return p.Report
	}
	return p.Manager
}

// Has tells whether the person is one of the two.
func (p *Pair) Has(person string) bool { return person == p.Manager || person == p.Report }
