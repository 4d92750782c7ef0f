import daisy_kernel as daisy

engine = daisy.Engine()  # or Engine("tcp://scheduler:8786"), Engine(cluster), Engine(workers=4)
engine.create("load", "ct.Load", input="scan.h5").execute(
    output={"projections": "raw", "flats": "flats", "darks": "darks"}
)
engine.create("normalize", "ct.Normalize", minimum=1e-4).execute(
    projections="raw", flats="flats", darks="darks", output="transmission"
)
engine.create("absorption", "ct.Absorption").execute(projections="transmission", output="absorption")
engine.create("center", "ct.FindCenter").execute(projections="absorption", output="center")
engine.create("grid", "ct.Grid", filter="hann").execute(projections="absorption", center="center", output="volume")
print(engine.datastore["center"], engine.datastore["volume"].dims)  # computes here, slab by slab

engine.create("save", "Save", output="rec.h5").execute(data="volume")
daisy.Run(engine).execute()  # into a file, resumable, with the record of how it was made
