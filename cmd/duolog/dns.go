package main

import (
	"context"
	"net"
	"time"
)

// lookupTXT asks the DNS for the keys of signatures.
func lookupTXT(name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return net.DefaultResolver.LookupTXT(ctx, name)
}
