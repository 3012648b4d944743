package describe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/door"
	"archwire/internal/serve/request"
)

// docsCurl is a command that asks for the path.
func docsCurl(e *catalogue.Edition, path string, op *huma.Operation) string {
	path = strings.ReplaceAll(path, "{metric}", first(e.Manifest.Metrics, func(m archwire.Metric) string { return m.Name }))
	path = strings.ReplaceAll(path, "{publication}", Current)
	path = strings.ReplaceAll(path, "{sha256}", "$SHA256")
	path = strings.ReplaceAll(path, "{dataset}", first(e.Manifest.Datasets, func(d archwire.Dataset) string { return d.Name }))
	switch op.OperationID {
	case "token":
		return "curl -s -u \"$KEY_ID:$KEY\" -d grant_type=" + door.GrantType + " \"$BASE" + path + "\""
	case "metric":
		path += "?grain=month&compare=previous_year"
	case "rows":
		path += "?limit=100"
	case "explain":
		path += "?period=2026-11-01"
	case "changes":
		path += "?since=20261121T021400Z-4f9c"
	case "webhook_replay":
		path += "?since=" + string(e.Manifest.ID)
	}
	path = strings.ReplaceAll(path, "{webhook}", exampleWebhook().ID)
	command := "curl -s"
	if op.Method != http.MethodGet {
		command += " -X " + op.Method
	}
	if len(op.Security) > 0 {
		command += ` -H "Authorization: Bearer $KEY"`
	}
	if op.RequestBody != nil {
		text, err := json.Marshal(op.RequestBody.Content[request.JSON].Example)
		if err == nil {
			command += fmt.Sprintf(" --json '%s'", text)
		}
	}
	return fmt.Sprintf("%s \"$BASE%s\"", command, path)
}

func first[T any](list []T, name func(T) string) string {
	if len(list) == 0 {
		return "name"
	}
	return name(list[0])
}
