"""`bench/serving`: the model server against bare uvicorn and MLServer, on the same model in one run."""
