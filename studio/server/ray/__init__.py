"""The same engine as a deployment on Ray: many replicas, on one machine or a cluster. Only this imports ray."""
