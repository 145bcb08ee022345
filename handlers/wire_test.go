package handlers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"time"
)

// listen serves on a loopback port and gives its address.
func (a *testApp) listen() string {
	a.t.Helper()
	if a.addr != "" {
		return a.addr
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		a.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = a.app.Listener(l) }()
	a.t.Cleanup(func() {
		_ = a.app.ShutdownWithTimeout(5 * time.Second)
		<-done
	})
	a.addr = l.Addr().String()
	return a.addr
}

// raw sends bytes over one connection, in pieces, and reads answers until it is closed or
// stays quiet.
func (a *testApp) raw(pieces ...string) []response {
	a.t.Helper()
	c, err := net.Dial("tcp", a.listen())
	if err != nil {
		a.t.Fatal(err)
	}
	defer c.Close()
	go func() {
		for _, piece := range pieces {
			if _, err := io.WriteString(c, piece); err != nil {
				return
			}
		}
		// Nothing more will come; the server must not wait for it.
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
	reader := bufio.NewReader(c)
	var all []response
	for {
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			return all
		}
		body, _ := io.ReadAll(res.Body)
		all = append(all, response{res.StatusCode, res.Header, string(body)})
	}
}

// rawForm writes a request with a body as it goes over the wire.
func rawForm(method, path, contentType, body string, header ...string) string {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n", method, path)
	length := fmt.Sprintf("Content-Length: %d", len(body))
	for _, h := range header {
		if name, _, _ := strings.Cut(h, ":"); textproto.CanonicalMIMEHeaderKey(name) == "Content-Length" || textproto.CanonicalMIMEHeaderKey(name) == "Transfer-Encoding" {
			length = ""
		}
		head += h + "\r\n"
	}
	if contentType != "" {
		head += "Content-Type: " + contentType + "\r\n"
	}
	if length != "" {
		head += length + "\r\n"
	}
	return head + "\r\n" + body
}
