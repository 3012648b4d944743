package project

import (
	"net/netip"

	"go.yaml.in/yaml/v3"
)

// A WebhooksConfig says where events may be sent that clients have named.
type WebhooksConfig struct {
	AllowNetworks []netip.Prefix // besides public addresses
}

func webhooksSpec(w *WebhooksConfig) spec {
	return spec{Name: "webhooks", Doc: "The webhooks of clients; docs/reference/webhooks.md says how.", Fields: []field{
		{
			"allow_networks", "Networks that may be sent to although they are not public. With one of this machine (127.0.0.0/8), http:// may be sent to there.", false,
			"public addresses only", networks{&w.AllowNetworks},
		},
	}}
}

// networks is a list of networks, each once.
type networks struct{ into *[]netip.Prefix }

func (v networks) words() string { return "a list of networks, such as [10.20.0.0/16]" }

func (v networks) schema() schema {
	return schema{"type": "array", "items": schema{"type": "string", "pattern": `^[0-9a-fA-F.:]+/[0-9]+$`}, "uniqueItems": true}
}

func (v networks) decode(d *decoder, n *yaml.Node, path string) {
	var texts []string
	list{&texts, "network"}.decode(d, n, path)
	out := make([]netip.Prefix, 0, len(texts))
	for i, s := range texts {
		network, err := netip.ParsePrefix(s)
		if err != nil || network != network.Masked() || network.Addr().Is4In6() {
			d.complain(n, element(path, i), "%q is not a network; write it as 10.20.0.0/16, with no bit set after its prefix", s)
			continue
		}
		out = append(out, network)
	}
	*v.into = out
}
