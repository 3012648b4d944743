// Package testdns is a name server for tests: it knows what a test tells it, and
// speaks as RFC 1035 has it.
package testdns

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// Start answers on UDP and TCP at the address that it returns until the test ends: a
// question for a name's addresses of either kind with those of them that know lists. A
// name without any is one that there is not.
func Start(tb testing.TB, know func(name string) []netip.Addr) (address string) {
	tb.Helper()
	streams, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it ends with the test
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { streams.Close() })                           //nolint:errcheck // the test is over
	packets, err := net.ListenPacket("udp", streams.Addr().String()) //nolint:noctx // likewise
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { packets.Close() }) //nolint:errcheck // likewise
	go func() {
		for {
			conn, err := streams.Accept()
			if err != nil {
				return
			}
			go stream(conn, know)
		}
	}()
	go func() {
		buffer := make([]byte, longest)
		for {
			n, from, err := packets.ReadFrom(buffer)
			if err != nil {
				return
			}
			packets.WriteTo(answer(buffer[:n], know), from) //nolint:errcheck // the resolver asks again
		}
	}()
	return streams.Addr().String()
}

const longest = 1500

// stream answers on a connection, where a message follows its length (section 4.2.2).
func stream(conn net.Conn, know func(name string) []netip.Addr) {
	defer conn.Close() //nolint:errcheck // the resolver has what it asked for
	var length [2]byte
	for {
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		said := answer(question, know)
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(said))), said...)); err != nil { //nolint:gosec // a test's names are short
			return
		}
	}
}

// answer answers a question, which is of one name.
func answer(question []byte, know func(name string) []netip.Addr) []byte {
	const header, a, aaaa = 12, 1, 28
	var labels []string
	end := header
	for question[end] != 0 {
		next := end + 1 + int(question[end])
		labels = append(labels, string(question[end+1:next]))
		end = next
	}
	end += 5 // the root, type and class
	addresses := know(strings.ToLower(strings.Join(labels, ".")))
	kind := binary.BigEndian.Uint16(question[end-4:])
	out := append([]byte{}, question[:end]...)
	binary.BigEndian.PutUint16(out[2:], 0x8180) // an answer, recursion as desired
	clear(out[6:header])                        // counts of what follows the question
	if len(addresses) == 0 {
		out[3] |= 3 // there is no such name
	}
	for _, ip := range addresses {
		if kind == a && ip.Is4() || kind == aaaa && ip.Is6() {
			out[7]++
			out = append(out, 0xc0, header, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(ip.AsSlice()))) //nolint:gosec // the name, no time to live, four bytes or sixteen
			out = append(out, ip.AsSlice()...)
		}
	}
	return out
}
