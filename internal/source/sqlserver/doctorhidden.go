package sqlserver

import (
	"context"
	"errors"

	"archwire"
)

const policiesSQL = `SELECT DISTINCT s.name + N'.' + o.name
FROM sys.security_predicates AS p INNER JOIN sys.security_policies AS y ON y.object_id = p.object_id
	INNER JOIN sys.objects AS o ON o.object_id = p.target_object_id INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE y.is_enabled = 1 AND p.predicate_type_desc = N'FILTER'`

func (s *Source) checkPolicies(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	names, err := l.names(ctx, policiesSQL)
	if _, refused := errors.AsType[*serverError](err); refused {
		return archwire.Diagnosis{}, nil
	}
	if err != nil || len(names) == 0 {
		return archwire.Diagnosis{}, err
	}
	return s.finding("row security", false, "policies may hide rows of "+few(names)+" from this user, and a copy would lack them",
		"In the source: let the filter predicates of these tables admit the user to all rows."), nil
}

const (
	maskedSQL = `SELECT DISTINCT s.name + N'.' + o.name
FROM sys.columns AS c INNER JOIN sys.objects AS o ON o.object_id = c.object_id INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE c.is_masked = 1`
	viewsSQL = `SELECT DISTINCT s.name + N'.' + o.name
FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type = 'V' AND o.is_ms_shipped = 0 AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1`
)

// checkMasks tells of columns that dynamic data masking hides from this user. In a table
// they are refused; a view's columns do not say what they are of (sys.columns,
// is_masked), so that their masks would be copied as values.
func (s *Source) checkMasks(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	if l.server.unmask {
		return archwire.Diagnosis{}, nil
	}
	masked, err := l.names(ctx, maskedSQL)
	if err != nil || len(masked) == 0 {
		return archwire.Diagnosis{}, err
	}
	views, err := l.names(ctx, viewsSQL)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	user, err := l.user(ctx)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	says := "masks hide columns of " + few(masked) + " from this user, which are refused"
	if len(views) > 0 {
		says += "; a view that shows them gives their masks, and nothing tells which do. It can read " + few(views)
	}
	return s.finding("masks", len(views) == 0, says, "In the source: GRANT UNMASK TO "+quote(user)+"; or copy the tables in place of views of these columns."), nil
}

// names reads a column of names.
func (l *reader) names(ctx context.Context, sql string) ([]string, error) {
	rows, err := l.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r[0]
	}
	return names, nil
}
