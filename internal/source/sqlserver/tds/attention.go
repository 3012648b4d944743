package tds

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"
)

// A server that takes longer to say that it stopped is given up.
const attentionTimeout = 5 * time.Second

// mend brings the connection back into order after an answer that was not read
// to its end, or closes it.
func (c *Client) mend(ctx context.Context, mendable bool) {
	if mendable && c.attention(ctx) == nil {
		return
	}
	c.broken = true
	_ = c.conn.Close() // nothing left to lose
}

// attention tells the server to stop, and reads up to its acknowledgement: a DONE
// with a bit of its own, which ends either the answer at hand or the one after
// it, [MS-TDS] 2.2.1.7 and 3.2.5.7.
func (c *Client) attention(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attentionTimeout)
	defer cancel()
	defer c.until(ctx)()
	if err := writeMessage(c.conn, packetAttention, nil, c.packetSize); err != nil {
		return fmt.Errorf("telling the server to stop: %w", err)
	}
	for {
		acknowledged, err := c.drain()
		if err != nil {
			return fmt.Errorf("waiting for the server to stop: %w", err)
		}
		if acknowledged {
			c.in.skip(len(c.in.tokens()))
			return nil
		}
		c.in.begin()
	}
}

// drain reads an answer to its end without looking at it, but for its last token,
// which is always a DONE. It says whether that acknowledges an attention.
func (c *Client) drain() (bool, error) {
	for !c.in.ended() {
		c.in.skip(max(len(c.in.tokens())-doneBytes, 0))
		if err := c.in.fill(); err != nil {
			return false, err
		}
	}
	tokens := c.in.tokens()
	last := tokens[max(len(tokens)-doneBytes, 0):]
	return len(last) == doneBytes && last[0] == tokenDone &&
		binary.LittleEndian.Uint16(last[1:])&doneAttention != 0, nil
}
