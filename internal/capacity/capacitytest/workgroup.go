package capacitytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// updateTime is how long a workgroup is being modified.
const updateTime = 2 * time.Minute

// A workgroup is one of Amazon Redshift Serverless.
type workgroup struct {
	base, limit int // limit is 0 when there is none
	changed     time.Time
}

// AddWorkgroup adds a workgroup that is available; a limit of 0 is none.
func (s *Server) AddWorkgroup(name string, base, limit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workgroups[name] = &workgroup{base: base, limit: limit}
}

// Capacity is the base capacity and the limit of a workgroup.
func (s *Server) Capacity(name string) (base, limit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.workgroups[name].base, s.workgroups[name].limit
}

// jsonProtocol is AWS JSON 1.1: a target and JSON are asked, JSON is answered (Smithy,
// AWS JSON 1.1 protocol).
type jsonProtocol struct{}

func (jsonProtocol) service() string { return "redshift-serverless" }

func (jsonProtocol) read(r *http.Request) (call, *Error) {
	action, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "RedshiftServerless.")
	var body map[string]json.RawMessage
	if !ok || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" || json.NewDecoder(r.Body).Decode(&body) != nil {
		return call{}, &Error{http.StatusBadRequest, "SerializationException", ""}
	}
	c := call{action: action, values: map[string]string{}}
	for name, value := range body {
		c.values[name] = strings.Trim(string(value), `"`)
	}
	return c, nil
}

func (jsonProtocol) do(s *Server, c call) (any, *Error) {
	name := c.values["workgroupName"]
	w, ok := s.workgroups[name]
	if !ok {
		return nil, &Error{http.StatusBadRequest, "ResourceNotFoundException", "Workgroup " + name + " not found."}
	}
	switch c.action {
	case "GetWorkgroup":
		if err := c.only("workgroupName"); err != nil {
			return nil, err
		}
	case "UpdateWorkgroup":
		if err := s.update(w, c); err != nil {
			return nil, err
		}
	default:
		return nil, &Error{http.StatusBadRequest, "UnknownOperationException", ""}
	}
	return map[string]any{"workgroup": s.describeWorkgroup(name, w)}, nil
}

func (s *Server) describeWorkgroup(name string, w *workgroup) map[string]any {
	status := "AVAILABLE"
	if s.now.Before(w.changed.Add(updateTime)) {
		status = "MODIFYING"
	}
	out := map[string]any{"workgroupName": name, "status": status, "baseCapacity": w.base}
	if w.limit > 0 {
		out["maxCapacity"] = w.limit
	}
	return out
}

// update refuses two capacities at once, a base above the limit, a base that is not a
// multiple of 8 or out of bounds, and a workgroup that is being modified.
func (s *Server) update(w *workgroup, c call) *Error {
	if err := c.only("workgroupName", "baseCapacity", "maxCapacity"); err != nil {
		return err
	}
	invalid := func(format string, args ...any) *Error {
		return &Error{http.StatusBadRequest, "ValidationException", fmt.Sprintf(format, args...)}
	}
	base, errBase := strconv.Atoi(c.values["baseCapacity"])
	limit, errLimit := strconv.Atoi(c.values["maxCapacity"])
	switch {
	case s.now.Before(w.changed.Add(updateTime)):
		return &Error{http.StatusBadRequest, "ConflictException", "There is an operation running on the workgroup."}
	case errBase == nil && errLimit == nil:
		return invalid("Can't update multiple configurations at the same time for workgroup %s.", c.values["workgroupName"])
	case errBase != nil && errLimit != nil:
		return invalid("Nothing to update.")
	case errBase == nil && (base < 4 || base > 1024 || base != 4 && base%8 != 0):
		return invalid("Base capacity must be 4, or a multiple of 8 from 8 to 1024.")
	case errBase == nil && w.limit > 0 && base > w.limit, errLimit == nil && limit < w.base:
		return invalid("Max capacity must not be lower than base capacity.")
	}
	if errBase == nil {
		w.base = base
	} else {
		w.limit = limit
	}
	w.changed = s.now
	return nil
}

func (jsonProtocol) answer(w http.ResponseWriter, _ string, out any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(out) // the client sees what is missing
}

func (jsonProtocol) refuse(w http.ResponseWriter, e *Error) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-ErrorType", e.Code)
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": e.Code, "message": e.Message}) // as above
}
