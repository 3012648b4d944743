// Idp is a provider of OpenID Connect for tests: the certified library of
// zitadel/oidc with people of its own. It prints its address, reads from its input
// the address that browsers are sent back to, and serves until the input ends.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// people are by their names: each has the password "secret" and the address
// NAME@example.com, which is verified but for those whose name begins with
// unverified.
type people struct{}

func (people) GetUserByID(id string) *storage.User {
	return &storage.User{
		ID: id, Username: id, Password: "secret", Email: id + "@example.com", EmailVerified: !strings.HasPrefix(id, "unverified"),
	}
}

func (p people) GetUserByUsername(name string) *storage.User { return p.GetUserByID(name) }

func (people) ExampleClientID() string { return "" }

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + listener.Addr().String()
	fmt.Println(issuer)
	input := bufio.NewReader(os.Stdin)
	callback, err := input.ReadString('\n')
	if err != nil {
		return err
	}
	clients := map[string]*storage.Client{"archwire": storage.WebClient("archwire", "client secret", strings.TrimSpace(callback))}
	server := &http.Server{
		Handler:           exampleop.SetupServer(issuer, storage.NewStorageWithClients(people{}, clients), slog.New(slog.DiscardHandler), false),
		ReadHeaderTimeout: 10 * time.Second,
	}
	go func() {
		_, _ = io.Copy(io.Discard, input)
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
