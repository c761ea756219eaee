package mailtest

import (
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

func (s *Server) newIMAP() *imapserver.Server {
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{server: s}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapMove: {},
		},
		TLSConfig:    s.tls,
		InsecureAuth: true, // loopback
		Logger:       complaints{s.opts.Log},
	})
}

type complaints struct{ log *slog.Logger }

func (c complaints) Printf(format string, args ...any) { c.log.Warn(fmt.Sprintf(format, args...)) }
func (c complaints) Println(args ...any)               { c.log.Warn(fmt.Sprint(args...)) }
