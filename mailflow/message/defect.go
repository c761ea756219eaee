package message

// A Defect is something in a message that was not as the standards want it.
type Defect struct {
	Code   Code
	Detail string // what exactly, for the operator; holds no text of the body; may be ""
}

// A Code names a kind of defect. The strings are stable: policies and ledgers may store them.
type Code string

// The kinds of defects.
const (
	TooLarge        Code = "too-large"         // over MaxSize: only the header was read
	HeaderTooLarge  Code = "header-too-large"  // over MaxHeader: the rest of that header was not read
	TextTooLarge    Code = "text-too-large"    // over MaxText: cut there
	TooDeep         Code = "too-deep"          // over MaxDepth: what lies deeper was not read
	TooManyParts    Code = "too-many-parts"    // over MaxParts: further parts were not read
	BareCR          Code = "bare-cr"           // a carriage return without line feed in a header
	NUL             Code = "nul-in-header"     // a NUL byte in a header
	BadHeaderLine   Code = "bad-header-line"   // a header line that is no field; it was skipped
	TwoContentTypes Code = "two-content-types" // readers disagree on the type
	TwoEncodings    Code = "two-encodings"     // readers disagree on Content-Transfer-Encoding
	TwoMessageIDs   Code = "two-message-ids"   // the first was used
	BadContentType  Code = "bad-content-type"  // malformed; what could be told of it was used
	BadBoundary     Code = "bad-boundary"      // a multipart without one usable boundary
	NoFinalBoundary Code = "no-final-boundary" // the last part was taken up to the end
	UnknownEncoding Code = "unknown-encoding"  // Content-Transfer-Encoding not known: not decoded
	BadBase64       Code = "bad-base64"        // decoded as far as possible
	BadQuoted       Code = "bad-quoted"        // stray = in quoted-printable, kept as text
	UnknownCharset  Code = "unknown-charset"   // read as UTF-8 or Windows-1252
	BadCharset      Code = "bad-charset"       // bytes that the charset does not have became U+FFFD
	Partial         Code = "message-partial"   // a fragment, never put together
	ExternalBody    Code = "external-body"     // a reference to a body elsewhere, never fetched
	Encrypted       Code = "encrypted"         // PGP or S/MIME, not readable here
	OpaqueSigned    Code = "opaque-signed"     // S/MIME signature wrapped around the text
	OnlyTNEF        Code = "only-winmail-dat"  // nothing but Outlook's own format
	Smuggled        Code = "smtp-in-body"      // a line "." with SMTP commands after it: two servers may see two mails
	NoText          Code = "no-text"           // neither text nor calendar nor report
)

// Unsafe reports whether the defect means that part of the mail was not read, or that another
// reader may see another text. A mail with such a defect should change nothing by itself.
func (c Code) Unsafe() bool {
	switch c {
	case TwoMessageIDs, BadHeaderLine, BadContentType, NoFinalBoundary, BadQuoted,
		UnknownCharset, BadCharset, NoText, TextTooLarge:
		return false
	}
	return true
}
