package outbox

// What the tests look at from outside.
var (
	CRLF      = crlf
	IsAddress = isAddress
)
