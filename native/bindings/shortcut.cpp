#include "bindings/shortcut.hpp"

#include <structmember.h>

#include <cstddef>
#include <utility>

namespace nb = nanobind;

namespace vcxg::bindings {
namespace {

// A type of its own, because nanobind's classes are called through a tuple and a dictionary of arguments, which costs as
// much as the interpreter's part that is to be saved.
struct Shortcut {
    PyObject head;
    vectorcallfunc vectorcall;
    PyObject* function;
    PyObject* attributes;
    PyObject* weak_references;
    QuickWay* quick_way;
};

Shortcut* from(PyObject* self) noexcept {
    return reinterpret_cast<Shortcut*>(self);
}

PyObject* call(PyObject* self, PyObject* const* arguments, std::size_t positional_and_flag,
               PyObject* keywords) noexcept {
    try {
        const auto positional = static_cast<std::size_t>(PyVectorcall_NARGS(positional_and_flag));
        if (nb::object result = from(self)->quick_way->call(arguments, positional, keywords)) {
            return result.release().ptr();
        }
    } catch (...) {
        // Whatever it is, the function meets it as well and says what it is.
    }
    PyErr_Clear();
    return PyObject_Vectorcall(from(self)->function, arguments, positional_and_flag, keywords);
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(from(self)->function);
    Py_VISIT(from(self)->attributes);
    return 0;
}

int clear(PyObject* self) noexcept {
    Py_CLEAR(from(self)->attributes);  // the function stays: it may be called until the end
    return 0;
}

void dealloc(PyObject* self) noexcept {
    PyTypeObject* type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (from(self)->weak_references != nullptr) {
        PyObject_ClearWeakRefs(self);
    }
    clear(self);
    delete from(self)->quick_way;
    Py_CLEAR(from(self)->function);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

PyObject* repr(PyObject* self) noexcept {
    return PyObject_Repr(from(self)->function);
}

// In a class body it is a method, as the function is.
PyObject* bind(PyObject* self, PyObject* object, PyObject* type) noexcept {
    if (object == nullptr || object == Py_None) {
        Py_INCREF(self);
        return self;
    }
    return PyObject_CallMethod(from(self)->function, "__get__", "OO", object, type == nullptr ? Py_None : type);
}

// Copied and pickled by name, as the function is.
PyObject* reduce(PyObject* self, PyObject* /*no arguments*/) noexcept {
    return PyObject_GetAttrString(self, "__qualname__");
}

PyMethodDef methods[] = {{"__reduce__", reduce, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
PyGetSetDef properties[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
                            {nullptr, nullptr, nullptr, nullptr, nullptr}};
PyMemberDef members[] = {{"__vectorcalloffset__", T_PYSSIZET, offsetof(Shortcut, vectorcall), READONLY, nullptr},
                         {"__dictoffset__", T_PYSSIZET, offsetof(Shortcut, attributes), READONLY, nullptr},
                         {"__weaklistoffset__", T_PYSSIZET, offsetof(Shortcut, weak_references), READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};

template <class Function>
void* slot(Function* function) noexcept {
    return reinterpret_cast<void*>(function);
}

PyTypeObject* type() {
    static PyTypeObject* const made = [] {
        PyType_Slot slots[] = {{Py_tp_call, slot(PyVectorcall_Call)},
                               {Py_tp_traverse, slot(traverse)},
                               {Py_tp_clear, slot(clear)},
                               {Py_tp_dealloc, slot(dealloc)},
                               {Py_tp_repr, slot(repr)},
                               {Py_tp_descr_get, slot(bind)},
                               {Py_tp_methods, methods},
                               {Py_tp_getset, properties},
                               {Py_tp_members, members},
                               {0, nullptr}};
        PyType_Spec spec{"vcxg124m._native.Shortcut", sizeof(Shortcut), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                             Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                         slots};
        PyObject* object = PyType_FromSpec(&spec);
        if (object == nullptr) {
            throw nb::python_error();
        }
        return reinterpret_cast<PyTypeObject*>(object);
    }();
    return made;
}

}  // namespace

nb::object shortcut(nb::object function, std::unique_ptr<QuickWay> quick_way) {
    nb::object made = nb::steal(PyType_GenericAlloc(type(), 0));
    if (!made) {
        throw nb::python_error();
    }
    Shortcut* self = from(made.ptr());
    self->vectorcall = call;
    self->function = nb::object(function).release().ptr();
    self->quick_way = quick_way.release();
    nb::module_::import_("functools").attr("update_wrapper")(made, function);
    return made;
}

}  // namespace vcxg::bindings
